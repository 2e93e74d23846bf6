import { Model } from 'objection';

/** Base of all models: the pool maps columns to camelCase both ways. Queries always name their transaction. */
export class Row extends Model {}
