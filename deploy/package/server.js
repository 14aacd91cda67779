const { start } = require('./entry.js');

start('./apps/server/dist/main.js');
