interface ImportMetaEnv {
  /** Where the server is, when it is not where `npm start` puts it. */
  readonly VITE_MATINEE_URL?: string;
}
