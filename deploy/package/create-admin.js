const { start } = require('./entry.js');

start('./apps/server/dist/create-admin.js');
