import { Model, snakeCaseMappers } from 'objection';

/** Base of all models: columns in snake_case, properties in camelCase. Queries always name their transaction. */
export class Row extends Model {
  static override columnNameMappers = snakeCaseMappers();
}
