import { stopTestPostgres } from './test-postgres';

module.exports = stopTestPostgres;
