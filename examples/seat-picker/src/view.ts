/** One view of the page, complete except for what it updates itself. */
export interface View {
  /** For the title of the window. */
  title: string;
  /** Contains one `h1`. */
  body: HTMLElement;
  /** Called once the view is on the page. */
  opened?: () => void;
  /** Ends what runs while the view is open. */
  close?: () => void;
}
