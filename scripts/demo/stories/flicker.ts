import { GeminiCliSession } from '../gemini-cli.ts';
import type { Story } from '../step.ts';

const workspace = { cwd: '/home/noor/mobile-app', repository: 'harbor/mobile-app', branch: 'main' };

const session = new GeminiCliSession(workspace)
  .prompt('Why does the settings screen flicker on Android when the theme changes?')
  .tool(
    'search_file_content',
    { pattern: 'useColorScheme', include: '*.tsx' },
    'Found 3 matches:\nsrc/settings/screen.tsx:14\nsrc/theme/provider.tsx:9\nsrc/theme/provider.tsx:22',
    640,
  )
  .tool(
    'read_file',
    { absolute_path: '/home/noor/mobile-app/src/theme/provider.tsx' },
    'export function ThemeProvider({ children }) {\n  const scheme = useColorScheme();\n  const [theme, setTheme] = useState(light);\n  useEffect(() => setTheme(scheme === "dark" ? dark : light), [scheme]);\n  return <Theme.Provider value={theme}>{children}</Theme.Provider>;\n}\n',
    220,
  )
  .used({ input: 2900, output: 380, cacheRead: 6100 })
  .tool(
    'run_shell_command',
    { command: 'adb logcat -d -s Choreographer | tail -3', description: 'Dropped frames' },
    'Skipped 34 frames!  The application may be doing too much work on its main thread.',
    1900,
  )
  .used({ input: 1200, output: 290, cacheRead: 9400 })
  .answer(
    'The provider copies the scheme into state in an **effect**, so that each change paints once in the old theme and once in the new. Derive it instead:\n\n```tsx\nconst theme = useColorScheme() === "dark" ? dark : light;\n```\n\nThat removes one render of the whole tree, and the 34 skipped frames with it.',
  )
  .end();

/** Completes. */
export const flicker: Story = {
  title: 'Why the settings screen flickers',
  project: 'mobile-app',
  startsAfterMs: 7000,
  steps: session.steps,
};
