import { words, type About } from './words-form.ts'

/** The same for wallets, Gas ID, the public log and adversarial content. */
export const ABOUT_LATER = {
  wallet_payouts: {
    on_erasure: 'kept_without_name',
    en: words(
      'Money sent to your wallets',
      'To pay you on a chain, once and no more.',
      '{amount_minor} {currency}, {state}',
    ),
    ar: words('مال أُرسل إلى محافظك', 'لندفع لك على سلسلة، مرة واحدة لا أكثر.', '{amount_minor} {currency}، {state}'),
  },
  income_shares: {
    on_erasure: 'kept_without_name',
    en: words(
      'Shares in a dataset’s income',
      'What your work in it brought you later.',
      '{campaign}: {amount_minor} {currency}',
    ),
    ar: words('حصص في دخل مجموعة بيانات', 'ما جاءك به عملك فيها لاحقًا.', '{campaign}: ‏{amount_minor} {currency}'),
  },
  delegations: {
    on_erasure: 'deleted',
    en: words(
      'Devices that sign for you',
      'So that what you hand in can carry your signature.',
      '{site}, by {by}, until {expires_at}',
    ),
    ar: words('أجهزة توقّع عنك', 'ليحمل ما تسلّمه توقيعك.', '{site}، عبر {by}، حتى {expires_at}'),
  },
  log_entries: {
    on_erasure: 'deleted',
    en: words(
      'Your entries in the public log',
      'To show you your own. The entries themselves name nobody.',
      '{season}: entry {entry}',
    ),
    ar: words('قيودك في السجل العام', 'لنريك ما يخصك. والقيود نفسها لا تسمّي أحدًا.', '{season}: القيد {entry}'),
  },
  wallets: {
    on_erasure: 'deleted',
    en: words(
      'Wallets',
      'To sign you in and to pay you. Each with the text that you signed.',
      '{address}, linked {linked_at}',
    ),
    ar: words('المحافظ', 'لتسجيل دخولك وللدفع لك. ومع كل منها النص الذي وقّعته.', '{address}، رُبطت {linked_at}'),
  },
  gas_id: {
    on_erasure: 'deleted',
    en: words(
      'Gas ID',
      'Because you asked what your wallets paid in gas: sums alone, your level, quests and cards.',
      '{what}, {when}',
    ),
    ar: words(
      'هوية الغاز',
      'لأنك سألت عما دفعته محافظك من رسوم: مجاميع فقط، ومستواك ومهامك وبطاقاتك.',
      '{what}، {when}',
    ),
  },
  beans: {
    on_erasure: 'kept_without_name',
    en: words('Beans', 'What Gas ID and its quests brought. They are not money.', '{beans} Beans, {kind}'),
    ar: words('الحبوب', 'ما جاءت به هوية الغاز ومهامها. وهي ليست مالًا.', '{beans} حبة، {kind}'),
  },
  marks: {
    on_erasure: 'deleted',
    en: words(
      'Marks of your visits',
      'To tell one person with many accounts from many people: minutes, and hashes of network and kind of device that nobody can read.',
      '{what}, until {until}',
    ),
    ar: words(
      'علامات زياراتك',
      'لتمييز شخص له حسابات كثيرة من أناس كثيرين: دقائق، وبصمات للشبكة ونوع الجهاز لا يقرؤها أحد.',
      '{what}، حتى {until}',
    ),
  },
  links: {
    on_erasure: 'deleted',
    en: words(
      'What links you to other accounts',
      'So that one person does not judge their own work from another account. Never with whom, and it decides nothing by itself.',
      '{evidence}: {accounts} other accounts, until {until}',
    ),
    ar: words(
      'ما يربطك بحسابات أخرى',
      'حتى لا يحكم شخص على عمله من حساب آخر. ولا نذكر مع من، ولا يقرر هذا شيئًا بذاته.',
      '{evidence}: {accounts} من الحسابات الأخرى، حتى {until}',
    ),
  },
  sealed_content: {
    on_erasure: 'kept_without_name',
    en: words(
      'Adversarial content',
      'Whether you are handed it, what of it you read and why, and what you judged or told of it: so that it is handled with care.',
      '{what}, {when}',
    ),
    ar: words(
      'المحتوى العدائي',
      'هل يُسلَّم إليك، وما قرأته منه ولماذا، وما حكمت فيه أو أبلغت عنه: كي يُعامل بعناية.',
      '{what}، {when}',
    ),
  },
} as const satisfies Record<string, About>
