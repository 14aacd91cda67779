/** One view of the page. */
export interface View {
  title: string;
  /** Contains one `h1`. */
  body: HTMLElement;
  /** Ends what runs while the view is open. */
  close?: () => void;
}
