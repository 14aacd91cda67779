const { start } = require('./entry.js');

start('./apps/server/dist/backup.js');
