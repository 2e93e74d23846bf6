import { startTestPostgres } from './test-postgres';

module.exports = startTestPostgres;
