import { expect, it } from 'vitest';
import { everyPageIsAccessible } from './accessible-pages.ts';
import { serious } from './axe.ts';

everyPageIsAccessible(1440, (open) => {
  it('on selected rows and the list of keys', async () => {
    const page = await open('/sessions');
    await page.getByText('signed out at random').first().waitFor();
    await page.keyboard.press('x');
    await page.getByRole('toolbar').waitFor();
    expect(await serious(page)).toEqual([]);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await serious(page)).toEqual([]);
  });

  it('on the palette and a menu', async () => {
    const page = await open('/sessions');
    await page.getByText('signed out at random').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    expect(await serious(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('menu').waitFor();
    expect(await serious(page)).toEqual([]);
  });
});
