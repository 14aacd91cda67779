export { openApiDocument } from './document.ts';
export { openApi30Document } from './version-3-0.ts';
