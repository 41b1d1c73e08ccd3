/**
 * The one place that knows Microsoft's webview toolkit: registers the controls that the pages use
 * and makes them. The toolkit is no longer developed, so nothing else may import it: replacing it
 * is a change of this file.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/** Defines the custom elements; once per page, before any is made. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

export interface ButtonOptions {
  readonly label: string;
  /** `icon` is the quiet look of a toolbar. */
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  /** Tooltip. */
  readonly title?: string;
  /** Shown before the label. */
  readonly icon?: SVGElement;
  /** Shows the icon alone; the label is still the accessible name. */
  readonly iconOnly?: boolean;
  readonly className?: string;
  readonly onClick: () => void;
}

/** A button whose label can change. */
export interface ButtonControl {
  readonly element: HTMLElement;
  setLabel(label: string): void;
  /** Makes it a toggle, which is on or off. */
  setPressed(pressed: boolean): void;
  setTitle(title: string): void;
  focus(): void;
}

/** Makes a button. Its text is set as text, never as markup. */
export function createButton(options: ButtonOptions): ButtonControl {
  const button = document.createElement('vscode-button');
  button.setAttribute('appearance', options.appearance ?? 'secondary');
  if (options.className !== undefined) button.className = options.className;
  const label = document.createElement('b');
  label.className = 'button-label';
  const setLabel = (text: string): void => {
    // The name is set on the inner button by the toolkit; a label that is hidden when the page
    // is narrow would otherwise leave the button without a name.
    if (button.getAttribute('aria-label') === text) return;
    button.setAttribute('aria-label', text);
    label.textContent = text;
  };
  setLabel(options.label);
  if (options.iconOnly !== true) button.append(label);
  else button.classList.add('icon-only');
  if (options.icon) {
    options.icon.setAttribute('slot', 'start');
    button.append(options.icon);
  }
  if (options.title !== undefined) button.title = options.title;
  button.addEventListener('click', options.onClick);
  return {
    element: button,
    setLabel,
    setPressed: (pressed) => {
      if (button.getAttribute('aria-pressed') !== String(pressed)) {
        button.setAttribute('aria-pressed', String(pressed));
      }
    },
    setTitle: (title) => {
      if (button.title !== title) button.title = title;
    },
    focus: () => button.focus(),
  };
}

/** A single line of text to edit. */
export interface TextFieldControl {
  readonly element: HTMLElement;
  value: string;
  setInvalid(invalid: boolean): void;
  focus(): void;
  /** Offset of the caret in the text. */
  readonly caret: number;
  /** Pixels that a text longer than the field is moved to the left. */
  readonly scrollLeft: number;
  /** Puts the caret before the character at `position`. */
  setCaret(position: number): void;
  selectAll(): void;
}

/** Makes a text field; `onInput` is called with every change by the person. */
export function createTextField(options: {
  readonly label: string;
  readonly placeholder: string;
  readonly onInput: (value: string) => void;
}): TextFieldControl {
  const field = document.createElement('vscode-text-field') as HTMLElement & { value: string };
  // The toolkit takes the accessible name from the text; the page's style hides the label.
  field.textContent = options.label;
  field.setAttribute('placeholder', options.placeholder);
  field.setAttribute('spellcheck', 'false');
  field.addEventListener('input', () => options.onInput(field.value));
  const inner = (): HTMLInputElement | null =>
    field.shadowRoot?.querySelector<HTMLInputElement>('input') ?? null;
  return {
    element: field,
    get value() {
      return field.value;
    },
    set value(value) {
      field.value = value;
      // The toolkit passes it on later; the caret is put into the new text now.
      const control = inner();
      if (control) control.value = value;
    },
    get caret() {
      return inner()?.selectionStart ?? field.value.length;
    },
    get scrollLeft() {
      return inner()?.scrollLeft ?? 0;
    },
    setInvalid: (invalid) => field.setAttribute('aria-invalid', String(invalid)),
    focus: () => inner()?.focus(),
    setCaret: (position) => inner()?.setSelectionRange(position, position),
    selectAll: () => inner()?.select(),
  };
}

export interface DropdownOption {
  readonly value: string;
  readonly label: string;
}

/** One of several, of which only the chosen one is seen until it is opened. */
export interface DropdownControl {
  readonly element: HTMLElement;
  /** Puts other options in place and chooses one of them, without telling. */
  set(options: readonly DropdownOption[], value: string): void;
  focus(): void;
}

/** Makes a dropdown; `onChange` is called when the person chooses something else. */
export function createDropdown(options: {
  readonly label: string;
  readonly className?: string;
  readonly onChange: (value: string) => void;
}): DropdownControl {
  const dropdown = document.createElement('vscode-dropdown') as HTMLElement & {
    value: string;
    open: boolean;
  };
  dropdown.setAttribute('aria-label', options.label);
  if (options.className !== undefined) dropdown.className = options.className;
  let chosen = '';
  let shown: readonly DropdownOption[] = [];
  dropdown.addEventListener('change', () => {
    // The toolkit also tells of a value that the page has set.
    if (dropdown.value === chosen) return;
    chosen = dropdown.value;
    options.onChange(chosen);
  });
  dropdown.addEventListener('keydown', (event) => {
    // Escape closes the list, not what is around it.
    if (event.key === 'Escape' && dropdown.open) event.stopPropagation();
  });
  return {
    element: dropdown,
    set: (next, value) => {
      chosen = value;
      const same =
        next.length === shown.length &&
        next.every((one, index) => one.value === shown[index]?.value);
      if (!same) {
        shown = next;
        dropdown.replaceChildren(
          ...next.map((one) => {
            const option = document.createElement('vscode-option');
            option.setAttribute('value', one.value);
            option.textContent = one.label;
            // The toolkit looks at new options later, and then at what is selected among them.
            if (one.value === value) option.setAttribute('selected', '');
            return option;
          }),
        );
      } else if (dropdown.value !== value) dropdown.value = value;
    },
    focus: () => dropdown.focus(),
  };
}

/** An indeterminate progress ring. */
export function createProgressRing(label: string): HTMLElement {
  const ring = document.createElement('vscode-progress-ring');
  ring.setAttribute('aria-label', label);
  return ring;
}
