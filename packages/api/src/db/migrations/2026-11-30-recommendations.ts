import { Migration } from '@mikro-orm/migrations';

/** Each can be repeated, and holds its locks for itself alone. */
const steps = [
  `create table if not exists "movie_pairs" ("movie_id" uuid not null, "other_id" uuid not null,
     "visitors" int not null, "score" double precision not null,
     primary key ("movie_id", "other_id"),
     constraint "movie_pairs_movie_fk" foreign key ("movie_id") references "movies" ("id")
       on update no action on delete cascade,
     constraint "movie_pairs_other_fk" foreign key ("other_id") references "movies" ("id")
       on update no action on delete cascade)`,
  'create index if not exists "idx_movie_pairs_other" on "movie_pairs" ("other_id")',
  `create table if not exists "movie_popularity" ("site_id" uuid not null, "movie_id" uuid not null,
     "seats" int not null, primary key ("site_id", "movie_id"),
     constraint "movie_popularity_site_fk" foreign key ("site_id") references "sites" ("id")
       on update no action on delete cascade,
     constraint "movie_popularity_movie_fk" foreign key ("movie_id") references "movies" ("id")
       on update no action on delete cascade)`,
  'create index if not exists "idx_movie_popularity_movie" on "movie_popularity" ("movie_id")',
  `alter table "notification_settings"
     add column if not exists "recommendations" boolean not null default true`,
];

/** What recommendations are made from, empty until the first night, and who does not want to be counted. */
export class Recommendations extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    for (const step of steps) {
      this.addSql(step);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
