import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, instant } from '../columns.ts';
import { User } from './user.ts';

const NotificationSettingsSchema = defineEntity({
  name: 'NotificationSettings',
  tableName: 'notification_settings',
  properties: {
    user: () =>
      p
        .oneToOne(User)
        .primary()
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('notification_settings_user_fk'),
    reminders: p.boolean().default(true),
    news: p.boolean().default(false),
    sms: p.boolean().default(false),
    /** Whether the owner's visits count for recommendations. */
    recommendations: p.boolean().default(true),
    /** In international form; only one that its owner has proven. */
    phone: p.string().length(20).nullable(),
    /** One that its owner is about to prove, since when, and how many codes were tried. */
    pendingPhone: p.string().length(20).nullable(),
    pendingSince: instant().nullable(),
    pendingTries: p.integer().default(0),
    updatedAt: createdAt(),
  },
});

/** What a user wants to be sent. Without a row: the defaults. */
export class NotificationSettings extends NotificationSettingsSchema.class {}
NotificationSettingsSchema.setClass(NotificationSettings);
