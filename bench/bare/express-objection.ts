import { createHash } from 'node:crypto';
import express from 'express';
import createKnex from 'knex';
import { Model, knexSnakeCaseMappers } from 'objection';

/** The same answer as most would write it: Express, and models with their relation. */
class Collection extends Model {
  static override tableName = 'bare.collections';
  content!: string;
}
class Key extends Model {
  static override tableName = 'bare.keys';
  static override relationMappings = {
    collection: {
      relation: Model.BelongsToOneRelation,
      modelClass: Collection,
      join: { from: 'bare.keys.collectionId', to: 'bare.collections.id' },
    },
  };
  collection!: Collection;
}
Model.knex(
  createKnex({
    client: 'pg',
    connection: process.env['DATABASE_URL'] ?? '',
    pool: { min: 0, max: 8 },
    ...knexSnakeCaseMappers(),
  }),
);

const app = express();
app.get('/collections/:id', async (request, response) => {
  const hash = createHash('sha256')
    .update(request.query['access_key'] as string)
    .digest();
  const key = await Key.query().findOne({ hash }).whereNull('endedAt').withGraphFetched('collection');
  if (key === undefined) response.sendStatus(401);
  else response.json({ collection: JSON.parse(key.collection.content) as unknown });
});
app.listen(Number(process.env['PORT']), '127.0.0.1');
