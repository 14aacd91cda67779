/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Where the server is. */
  readonly VITE_MATINEE_URL?: string;
}
