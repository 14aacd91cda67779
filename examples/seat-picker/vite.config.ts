import { defineConfig } from 'vite';

// A page may call the server when its origin is in ALLOWED_ORIGINS. This one is there by default.
const origin = { host: 'localhost', port: 3000, strictPort: true };

export default defineConfig({ server: origin, preview: origin });
