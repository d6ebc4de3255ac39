import type { ComponentChildren } from 'preact';

interface FormProps {
  class?: string;
  onSubmit: () => unknown;
  children: ComponentChildren;
}

/** A form that is checked and sent by its model: the browser shows no bubbles of its own and stays on the page. */
export function Form({ class: name, onSubmit, children }: FormProps) {
  return (
    <form
      class={name}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}
