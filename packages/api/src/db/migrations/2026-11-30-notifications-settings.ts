import { Migration } from '@mikro-orm/migrations';

const change = /* sql */ `
create table "notification_settings" (
  "user_id" uuid not null, "reminders" boolean not null default true,
  "news" boolean not null default false, "sms" boolean not null default false,
  "phone" varchar(20) null, "pending_phone" varchar(20) null, "pending_since" timestamptz(3) null,
  "pending_tries" int not null default 0, "updated_at" timestamptz(3) not null default now(),
  primary key ("user_id"));

alter table "notification_settings" add constraint "notification_settings_user_fk"
  foreign key ("user_id") references "users" ("id") on update no action on delete cascade;
`;

/** What users want to be sent: a new table. Its foreign key looks at no row, so writers of users wait for a moment. */
export class NotificationsSettings extends Migration {
  override up(): void {
    this.addSql(change);
  }

  override down(): void {
    this.addSql('drop table "notification_settings"');
  }
}
