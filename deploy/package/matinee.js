#!/usr/bin/env node
const { start } = require('./entry.js');

start('./packages/cli/dist/main.js');
