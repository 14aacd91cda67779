import { Migration } from '@mikro-orm/migrations';

/** New tables only: the locks on the tables that their keys point to last no longer than a moment. */
const change = /* sql */ `
create table "provider_events" ("provider" text not null, "event_id" varchar(255) not null, "kind" varchar(100) not null, "ref" varchar(255) null, "received_at" timestamptz(3) not null default now(), primary key ("provider", "event_id"));
create index "idx_provider_events_received" on "provider_events" ("received_at");
create table "sites" ("id" uuid not null, "name" varchar(255) not null, "timezone" varchar(64) not null, "currency" char(3) null, "address" varchar(500) null, "tax_rate_bp" int not null default 0, "refund_policy" jsonb not null, "late_sales_minutes" int not null default 15, "business_day_starts_at" char(5) null, "revision" int not null default 1, "archived_at" timestamptz(3) null, "created_at" timestamptz(3) not null default now(), primary key ("id"));
create table "price_lists" ("id" uuid not null, "list_id" uuid not null, "version" int not null, "name" varchar(255) not null, "site_id" uuid null, "currency" char(3) not null, "booking_fee" numeric(10,2) null, "tax_rate_bp" int null, "archived_at" timestamptz(3) null, "created_at" timestamptz(3) not null default now(), primary key ("id"));
create table "ticket_types" ("id" uuid not null, "code" varchar(50) not null, "name" varchar(255) not null, "description" varchar(500) null, "sort_order" int not null default 0, "min_age" int null, "max_age" int null, "proof" text not null default 'none', "min_per_booking" int null, "with_adult" boolean not null default false, "archived_at" timestamptz(3) null, "created_at" timestamptz(3) not null default now(), primary key ("id"));
create table "price_list_items" ("price_list_id" uuid not null, "ticket_type_id" uuid not null, "seat_type" text not null, "price" numeric(10,2) not null, primary key ("price_list_id", "ticket_type_id", "seat_type"));
create table "site_roles" ("id" uuid not null, "user_id" uuid not null, "site_id" uuid null, "role" text not null, "created_at" timestamptz(3) not null default now(), primary key ("id"));
create unique index "site_roles_user_site_unique" on "site_roles" ("user_id", "site_id") nulls not distinct;
create table "seat_blocks" ("id" uuid not null, "theater_id" uuid not null, "showtime_id" uuid not null, "kind" text not null, "reason" varchar(500) null, "release_at" timestamptz(3) null, "actor_id" uuid not null, "created_at" timestamptz(3) not null default now(), primary key ("id"));
create index "idx_seat_blocks_showtime" on "seat_blocks" ("showtime_id");
create table "reservation_log" ("id" uuid not null, "reservation_id" uuid not null, "showtime_id" uuid not null, "theater_id" uuid not null, "kind" text not null, "seats" int not null default 0, "price" numeric(12,2) not null default '0', "kept" numeric(12,2) not null default '0', "data" jsonb not null default '{}', "actor_id" uuid null, "created_at" timestamptz(3) not null default now(), primary key ("id"));
create index "idx_reservation_log_place" on "reservation_log" ("showtime_id", "reservation_id");
create table "payments" ("id" uuid not null, "reservation_id" uuid not null, "showtime_id" uuid not null, "theater_id" uuid not null, "provider" text null, "provider_ref" varchar(255) null, "status" text not null default 'open', "amount" numeric(12,2) not null, "currency" char(3) not null, "captured" numeric(12,2) not null default '0', "captured_currency" char(3) null, "last_error" varchar(500) null, "dispute" text null, "disputed" numeric(12,2) null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "succeeded_at" timestamptz(3) null, primary key ("id"));
create index "idx_payments_reservation" on "payments" ("showtime_id", "reservation_id");
create index "idx_payments_created" on "payments" ("created_at", "id");
create unique index "payments_one_attempt_unique" on "payments" ("reservation_id") where "status" in ('open', 'processing');
create unique index "payments_ref_unique" on "payments" ("provider", "provider_ref");
create table "refunds" ("id" uuid not null, "payment_id" uuid not null, "amount" numeric(12,2) not null, "currency" char(3) not null, "status" text not null default 'pending', "cause" text not null, "reason" varchar(500) null, "provider_ref" varchar(255) null, "requested_by" uuid null, "sent_at" timestamptz(3) null, "last_error" varchar(500) null, "created_at" timestamptz(3) not null default now(), "settled_at" timestamptz(3) null, primary key ("id"));
create index "idx_refunds_payment" on "refunds" ("payment_id");
create index "idx_refunds_created" on "refunds" ("created_at");
create index "idx_payments_disputed" on "payments" ("id") where "dispute" is not null;
create index "idx_refunds_pending" on "refunds" ("created_at") where "status" = 'pending';
create unique index "refunds_ref_unique" on "refunds" ("payment_id", "provider_ref");
create table "incidents" ("id" uuid not null, "kind" text not null, "key" varchar(255) not null, "payment_id" uuid null, "data" jsonb not null, "opened_at" timestamptz(3) not null default now(), "resolved_at" timestamptz(3) null, "resolution" varchar(500) null, "resolved_by" uuid null, primary key ("id"));
create index "idx_incidents_opened" on "incidents" ("opened_at", "id");
create index "idx_incidents_payment" on "incidents" ("payment_id");
create table "check_ins" ("id" uuid not null, "nonce" varchar(255) not null, "reservation_id" uuid null, "seat_id" uuid null, "theater_id" uuid null, "showtime_id" uuid null, "type" text not null default 'entry', "result" text not null, "reason" varchar(50) null, "gate" varchar(100) null, "device_id" varchar(100) not null, "scanned_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, "actor_id" uuid null, "created_at" timestamptz(3) not null default now(), primary key ("id"));
create index "idx_check_ins_showtime" on "check_ins" ("showtime_id", "created_at");
create unique index "check_ins_inside_unique" on "check_ins" ("reservation_id", "seat_id") where "result" = 'admitted' and "ended_at" is null;
alter table "price_lists" add constraint "price_lists_version_unique" unique ("list_id", "version");
alter table "ticket_types" add constraint "ticket_types_code_unique" unique ("code");
alter table "incidents" add constraint "incidents_key_unique" unique ("key");
alter table "check_ins" add constraint "check_ins_nonce_unique" unique ("nonce");
alter table "provider_events" add constraint "provider_events_provider_check" check ("provider" in ('stripe', 'paypal'));
alter table "sites" add constraint "sites_tax_rate_is_share" check (tax_rate_bp >= 0 and tax_rate_bp <= 10000);
alter table "sites" add constraint "sites_late_sales_not_negative" check (late_sales_minutes >= 0);
alter table "price_lists" add constraint "price_lists_site_fk" foreign key ("site_id") references "sites" ("id") on update no action on delete restrict;
alter table "price_lists" add constraint "price_lists_fee_is_amount" check (booking_fee is null or (booking_fee >= 0 and booking_fee <> 'NaN'));
alter table "ticket_types" add constraint "ticket_types_proof_check" check ("proof" in ('none', 'gate', 'desk'));
alter table "price_list_items" add constraint "price_list_items_list_fk" foreign key ("price_list_id") references "price_lists" ("id") on update no action on delete cascade;
alter table "price_list_items" add constraint "price_list_items_type_fk" foreign key ("ticket_type_id") references "ticket_types" ("id") on update no action on delete restrict;
alter table "price_list_items" add constraint "price_list_items_price_is_amount" check (price >= 0 and price <> 'NaN');
alter table "price_list_items" add constraint "price_list_items_seat_type_check" check ("seat_type" in ('regular', 'premium', 'vip'));
alter table "site_roles" add constraint "site_roles_user_fk" foreign key ("user_id") references "users" ("id") on update no action on delete cascade;
alter table "site_roles" add constraint "site_roles_site_fk" foreign key ("site_id") references "sites" ("id") on update no action on delete cascade;
alter table "site_roles" add constraint "site_roles_role_check" check ("role" in ('manager', 'box_office', 'gate'));
alter table "seat_blocks" add constraint "seat_blocks_theater_fk" foreign key ("theater_id") references "theaters" ("id") on update no action on delete restrict;
alter table "seat_blocks" add constraint "seat_blocks_showtime_fk" foreign key ("showtime_id") references "showtimes" ("id") on update no action on delete restrict;
alter table "seat_blocks" add constraint "seat_blocks_actor_fk" foreign key ("actor_id") references "users" ("id") on update no action on delete restrict;
alter table "seat_blocks" add constraint "seat_blocks_kind_check" check ("kind" in ('house', 'broken', 'hold'));
alter table "reservation_log" add constraint "reservation_log_place_fk" foreign key ("theater_id", "showtime_id", "reservation_id") references "reservations" ("theater_id", "showtime_id", "id") on update no action on delete restrict;
alter table "reservation_log" add constraint "reservation_log_actor_fk" foreign key ("actor_id") references "users" ("id") on update no action on delete restrict;
alter table "reservation_log" add constraint "reservation_log_price_is_amount" check (price >= 0 and price <> 'NaN');
alter table "reservation_log" add constraint "reservation_log_kept_is_number" check (kept <> 'NaN');
alter table "reservation_log" add constraint "reservation_log_kind_check" check ("kind" in ('seats_cancelled', 'cancelled', 'refunded', 'refund_failed', 'charged_back', 'charge_back_won', 'reseated'));
alter table "payments" add constraint "payments_place_fk" foreign key ("theater_id", "showtime_id", "reservation_id") references "reservations" ("theater_id", "showtime_id", "id") on update no action on delete restrict;
alter table "payments" add constraint "payments_amount_is_amount" check (amount >= 0 and amount <> 'NaN');
alter table "payments" add constraint "payments_captured_is_amount" check (captured >= 0 and captured <> 'NaN');
alter table "payments" add constraint "payments_ref_has_provider" check (provider_ref is null or provider is not null);
alter table "payments" add constraint "payments_provider_check" check ("provider" in ('stripe', 'paypal', 'desk'));
alter table "payments" add constraint "payments_status_check" check ("status" in ('open', 'processing', 'succeeded', 'cancelled'));
alter table "payments" add constraint "payments_dispute_check" check ("dispute" in ('open', 'won', 'lost'));
alter table "refunds" add constraint "refunds_payment_fk" foreign key ("payment_id") references "payments" ("id") on update no action on delete restrict;
alter table "refunds" add constraint "refunds_requested_by_fk" foreign key ("requested_by") references "users" ("id") on update no action on delete restrict;
alter table "refunds" add constraint "refunds_amount_is_positive" check (amount > 0 and amount <> 'NaN');
alter table "refunds" add constraint "refunds_status_check" check ("status" in ('pending', 'succeeded', 'failed'));
alter table "refunds" add constraint "refunds_cause_check" check ("cause" in ('cancellation', 'show_cancelled', 'seats_gone', 'amount_mismatch', 'goodwill', 'elsewhere', 'reseated', 'exchanged'));
alter table "incidents" add constraint "incidents_payment_fk" foreign key ("payment_id") references "payments" ("id") on update no action on delete restrict;
alter table "incidents" add constraint "incidents_resolved_by_fk" foreign key ("resolved_by") references "users" ("id") on update no action on delete restrict;
alter table "incidents" add constraint "incidents_resolved_with_words" check ((resolved_at is null) = (resolution is null));
alter table "incidents" add constraint "incidents_kind_check" check ("kind" in ('amount_mismatch', 'paid_without_seats', 'unknown_payment', 'refund_elsewhere', 'dispute', 'provider_differs'));
alter table "check_ins" add constraint "check_ins_actor_fk" foreign key ("actor_id") references "users" ("id") on update no action on delete restrict;
alter table "check_ins" add constraint "check_ins_type_check" check ("type" in ('entry', 'exit'));
alter table "check_ins" add constraint "check_ins_result_check" check ("result" in ('admitted', 'already_admitted', 'refused'));
`;

/** What is always there: the one kind of ticket, and the one cinema. */
const rows = /* sql */ `
insert into ticket_types (id, code, name, sort_order)
  values ('00000000-0000-7000-8000-000000000001', 'standard', 'Standard', 0);
insert into sites (id, name, timezone, currency, refund_policy)
  values ('00000000-0000-7000-8000-000000000002', 'Main site',
    coalesce((select timezone from theaters group by 1 order by count(*) desc, 1 limit 1), 'UTC'),
    (select currency from showtimes group by 1 order by count(*) desc, 1 limit 1),
    '{"tiers": [{"hoursBefore": 0, "percent": 100}], "feeRefundable": true}');
`;

/** A constant default: no row is written. There are few theaters. */
const theaters = /* sql */ `
alter table "theaters" add "site_id" uuid not null default '00000000-0000-7000-8000-000000000002';
alter table "theaters" add constraint "theaters_site_fk" foreign key ("site_id") references "sites" ("id") on update no action on delete restrict;
create index "idx_theaters_site" on "theaters" ("site_id");
`;

/** Updated a few times, then kept: as the tables of sales. */
const growing = ['payments', 'refunds', 'provider_events', 'reservation_log', 'check_ins'].map(
  (table) => `alter table ${table} set (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_insert_threshold = 5000,
    autovacuum_analyze_scale_factor = 0.01, autovacuum_analyze_threshold = 1000)`,
);

/**
 * Sites, ticket types, price lists, payments and their refunds, incidents, staff, seat blocks and
 * check-ins. The default site takes the time zone and the currency that most theaters and shows have;
 * its policy returns the whole price until the start, as before there was a policy.
 */
export class Money extends Migration {
  override up(): void {
    for (const statement of [change, rows, theaters, ...growing]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
