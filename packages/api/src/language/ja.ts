import type { Catalogue } from './catalogue.ts';

export const japanese: Catalogue = {
  language: 'ja',
  salutation: (firstName) => (firstName === null ? 'お客様' : `${firstName} 様`),
  moment: (date, time) => `${date} ${time}`,
  colon: '：',
  facts: {
    reference: '予約番号',
    movie: '作品',
    starts: '上映開始',
    theater: 'スクリーン',
    seats: () => '座席',
    total: '合計',
    refund: '返金額',
    reason: '理由',
    givenBack: '取消座席',
    insteadOf: (seat) => `${seat} から変更`,
    when: '日時',
    address: 'アドレス',
  },
  links: {
    booking: '予約を確認する',
    tickets: 'チケット',
    resetPassword: '新しいパスワードを設定する',
    verifyEmail: 'メールアドレスを確認する',
    unsubscribe: 'お知らせメールの配信を停止する',
  },
  atTheDoor: {
    tickets: '入場の際に、印刷したチケットまたはスマートフォンの画面をご提示ください。',
    reference: '入場の際に予約番号をご提示ください。',
  },
  confirmation: ({ movie, reference }) => ({
    subject: `ご予約の座席「${movie}」：${reference}`,
    opening: `「${movie}」の座席をご予約いただきました。`,
    closing: '上映開始まで取り消しができます。',
  }),
  reminder: ({ movie, reference }) => ({
    subject: `まもなく上映「${movie}」：${reference}`,
    opening: `ご予約いただいた「${movie}」の上映が近づいてまいりました。`,
    closing: 'ご都合が悪くなった場合は、上映開始まで取り消しができます。',
  }),
  reminderText: ({ movie, when, theater, seats, reference }) =>
    `上映のお知らせ「${movie}」${when} ${theater} ${seats} 予約番号 ${reference}。配信停止は STOP と返信してください。`,
  phoneCode: (code) =>
    `確認コードは ${code} です。有効期限は10分です。他の人に教えないでください。`,
  newTickets: ({ movie, reference }) => ({
    subject: `新しいチケット「${movie}」：${reference}`,
    opening: `「${movie}」のチケットを再発行しました。`,
    closing: '以前のチケットではご入場いただけません。',
  }),
  newSeats: ({ movie, reference }) => ({
    subject: `座席の変更「${movie}」：${reference}`,
    opening: `「${movie}」の座席が変更されました。`,
    closing: '予約番号に変更はありません。',
  }),
  partialCancellation: ({ movie, reference }) => ({
    subject: `座席の一部取り消し「${movie}」：${reference}`,
    opening: `「${movie}」の座席の一部が取り消されました。`,
    closing: 'その他の座席はそのままご利用いただけます。',
  }),
  cancellation: (cause, { movie, reference }) => ({
    subject: `取り消し「${movie}」：${reference}`,
    ...{
      cancelled: {
        opening: `「${movie}」のご予約は取り消されました。`,
        closing: '座席は再び販売されます。',
      },
      show_cancelled: {
        opening: `申し訳ございません。「${movie}」の上映は中止となり、ご予約も取り消されました。`,
        closing: 'お客様のお手続きは不要です。',
      },
      payment_expired: {
        subject: `お支払い未完了「${movie}」：${reference}`,
        opening: `「${movie}」のお支払いが期限までに完了しなかったため、お取りしていた座席を解放しました。`,
        closing: '料金は請求されていません。座席は再び販売されます。',
      },
      wrong_amount: {
        subject: `お支払い未完了「${movie}」：${reference}`,
        opening: `申し訳ございません。「${movie}」のお支払い金額がご予約の金額と異なるため、ご予約は無効となりました。`,
        closing: 'お支払いいただいた金額は返金されます。お客様のお手続きは不要です。',
      },
      seats_gone: {
        opening: `申し訳ございません。「${movie}」のお支払いが遅れて届いたため、座席は他のお客様に販売されました。`,
        closing: 'お支払いいただいた金額は返金されます。お客様のお手続きは不要です。',
      },
    }[cause],
  }),
  passwordReset: {
    subject: '新しいパスワードの設定',
    opening:
      'パスワード再設定のお申し込みを受け付けました。リンクは30分間有効で、一度だけご利用いただけます。',
    closing: 'お心当たりがない場合は、何もなさらないでください。パスワードは変更されません。',
  },
  emailProof: {
    subject: 'メールアドレスの確認',
    opening:
      'このメールアドレスでアカウントが作成されました。ご本人の場合は、1日以内に確認をお願いします。',
    closing:
      '確認後、このアドレスでゲストとして予約された内容がアカウントに表示されます。お心当たりがない場合は、何もなさらないでください。',
  },
  passwordChanged: {
    subject: 'パスワードが変更されました',
    opening: 'パスワードが変更され、すべての端末がサインアウトされました。',
    closing:
      'お心当たりがない場合は、サインイン画面の「パスワードをお忘れですか」から新しいパスワードを設定してください。',
  },
  secondFactorAdded: {
    subject: 'サインインに確認コードが必要になりました',
    opening:
      'アカウントに二段階認証が設定されました。サインインには認証アプリの確認コードが必要です。',
    closing:
      'リカバリーコードは安全な場所に保管してください。お心当たりがない場合は、劇場までご連絡ください。',
  },
  secondFactorRemoved: {
    subject: 'サインインに確認コードが不要になりました',
    opening: 'アカウントの二段階認証が解除されました。パスワードだけでサインインできます。',
    closing: 'お心当たりがない場合は、新しいパスワードを設定し、劇場までご連絡ください。',
  },
  webhookDisabled: (reason) => ({
    subject: 'Webhook が無効になりました',
    opening:
      reason === 'gone'
        ? '送信先が存在しない（410）と応答したため、Webhook を無効にしました。'
        : '5 日間イベントが送信先に届かなかったため、Webhook を無効にしました。',
    closing:
      '送信先を直してから Webhook を有効にし、届かなかったものを再送してください：「matinee webhooks replay --failed」。',
  }),
};
