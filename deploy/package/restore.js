const { start } = require('./entry.js');

start('./apps/server/dist/restore.js');
