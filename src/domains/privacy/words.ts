import type { KeptKind } from './contract.ts'
import { words, type About } from './words-form.ts'
import { ABOUT_LATER } from './words-later.ts'

/** What every kind of record is, why it is there and what erasure does to it, in each language of the product. */
export const ABOUT: Readonly<Record<KeptKind, About>> = {
  ...ABOUT_LATER,
  account: {
    on_erasure: 'content_deleted',
    en: words('Your account', 'So that you can come back to your work and money.', '{handle}, language {language}'),
    ar: words('حسابك', 'لتعود إلى عملك ومالك.', '{handle}، اللغة {language}'),
  },
  terms: {
    on_erasure: 'kept_without_name',
    en: words('Terms you accepted', 'Proof of what was agreed.', 'Version {version}'),
    ar: words('الشروط التي وافقت عليها', 'إثبات لما اتُّفق عليه.', 'النسخة {version}'),
  },
  passkeys: {
    on_erasure: 'deleted',
    en: words(
      'Passkeys',
      'To sign you in. The secret part never leaves your device.',
      '“{name}”, last used {last_used_at}',
    ),
    ar: words(
      'مفاتيح المرور',
      'لتسجيل دخولك. ولا يغادر الجزء السري جهازك أبدًا.',
      '«{name}»، آخر استخدام {last_used_at}',
    ),
  },
  recovery_codes: {
    on_erasure: 'deleted',
    en: words('Recovery codes', 'Another way in. Only fingerprints of them are kept.', 'A code, used {used_at}'),
    ar: words('رموز الاسترداد', 'وسيلة دخول أخرى. ولا تُحفظ منها إلا بصمات.', 'رمز، استُخدم {used_at}'),
  },
  sessions: {
    on_erasure: 'deleted',
    en: words(
      'Sessions',
      'To keep you signed in, and to show you where you are.',
      '{device}, last seen {last_seen_at}',
    ),
    ar: words('الجلسات', 'لإبقائك مسجَّل الدخول ولعرض أماكن دخولك.', '{device}، آخر ظهور {last_seen_at}'),
  },
  api_keys: {
    on_erasure: 'deleted',
    en: words(
      'API keys',
      'So that your programs can act for you. Only fingerprints of them are kept.',
      '“{name}” ({prefix}…), for {scopes}',
    ),
    ar: words(
      'مفاتيح البرمجة',
      'لتعمل برامجك نيابة عنك. ولا تُحفظ منها إلا بصمات.',
      '«{name}» (‎{prefix}…)، من أجل {scopes}',
    ),
  },
  one_time: {
    on_erasure: 'deleted',
    en: words(
      'One-time values',
      'Links and sign-in questions that are under way; they end by themselves.',
      '{purpose}, until {expires_at}',
    ),
    ar: words('القيم المؤقتة', 'روابط وأسئلة دخول جارية تنتهي من تلقاء نفسها.', '{purpose}، حتى {expires_at}'),
  },
  invitations: {
    on_erasure: 'kept_without_name',
    en: words('Invitations', 'Which ones you made and which you took up.', '{what}'),
    ar: words('الدعوات', 'ما أنشأته منها وما قبلته.', '{what}'),
  },
  seasons: {
    on_erasure: 'kept_without_name',
    en: words('Seasons', 'Which seasons you joined, and your place on their boards.', '{season}, score {score}'),
    ar: words('المواسم', 'المواسم التي انضممت إليها ومكانك في لوحاتها.', '{season}، النتيجة {score}'),
  },
  memberships: {
    on_erasure: 'kept_without_name',
    en: words('Campaigns you joined', 'What you do in each, and why the system chose so.', '{campaign}: {role}'),
    ar: words('الحملات التي انضممت إليها', 'دورك في كل منها ولماذا اختاره النظام.', '{campaign}: {role}'),
  },
  consents: {
    on_erasure: 'content_deleted',
    en: words(
      'Consents',
      'What you agreed to in each campaign, and what you said about age and country.',
      '{campaign}, version {version}',
    ),
    ar: words('الموافقات', 'ما وافقت عليه في كل حملة وما ذكرته عن العمر والبلد.', '{campaign}، النسخة {version}'),
  },
  exams: {
    on_erasure: 'content_deleted',
    en: words(
      'Exams',
      'What you answered, to decide what you can work on.',
      '{campaign}: {score_bps} of 10000, passed {passed}',
    ),
    ar: words('الاختبارات', 'إجاباتك، لتحديد ما يمكنك العمل عليه.', '{campaign}: ‏{score_bps} من 10000، ناجح {passed}'),
  },
  leases: {
    on_erasure: 'kept_without_name',
    en: words('Work you were given', 'So that nobody gets the same piece twice.', '{campaign}, item {target_id}'),
    ar: words('أعمال أُعطيت لك', 'حتى لا يُعطى أحد العمل نفسه مرتين.', '{campaign}، العنصر {target_id}'),
  },
  work_counts: {
    on_erasure: 'kept_without_name',
    en: words('Counts of work', 'For daily and total limits.', '{campaign}, {day}: {taken}'),
    ar: words('أعداد الأعمال', 'من أجل الحدود اليومية والإجمالية.', '{campaign}، ‏{day}: ‏{taken}'),
  },
  submissions: {
    on_erasure: 'content_deleted',
    en: words(
      'Your submissions',
      'Your work and how it was judged. What is under review goes as soon as it is decided.',
      '{campaign}: {status}',
    ),
    ar: words('أعمالك المسلَّمة', 'عملك وكيف حُكم عليه. وما زال قيد المراجعة يُمحى فور البت فيه.', '{campaign}: {status}'),
  },
  withdrawals: {
    on_erasure: 'kept_without_name',
    en: words('Work you withdrew', 'So that later datasets leave it out.', '{campaign}, submission {submission_id}'),
    ar: words('أعمال سحبتها', 'حتى تتركها مجموعات البيانات اللاحقة.', '{campaign}، العمل {submission_id}'),
  },
  checks: {
    on_erasure: 'content_deleted',
    en: words(
      'Automated checks of your work',
      'So that you know why work was rejected, and copies of it are found. What your texts are compared by are numbers from which no text can be read; they go when the work is erased.',
      '{campaign}: {outcome}',
    ),
    ar: words(
      'الفحوص الآلية لعملك',
      'لتعرف سبب رفض العمل ولتُكشف نسخه. وما تُقارن به نصوصك أرقام لا يُقرأ منها نص، وهي تزول عند محو العمل.',
      '{campaign}: ‏{outcome}',
    ),
  },
  reviews: {
    on_erasure: 'content_deleted',
    en: words(
      'Your reviews',
      'Decisions rest on them. Your comments go, your votes stay.',
      '{campaign}, submission {submission_id}',
    ),
    ar: words('مراجعاتك', 'تقوم عليها القرارات. تُحذف تعليقاتك وتبقى أصواتك.', '{campaign}، العمل {submission_id}'),
  },
  appeals: {
    on_erasure: 'content_deleted',
    en: words('Your appeals', 'What you asked to be looked at again, and what came of it.', '{campaign}: “{reason}”'),
    ar: words('اعتراضاتك', 'ما طلبت إعادة النظر فيه وما نتج عنه.', '{campaign}: «{reason}»'),
  },
  audit_grades: {
    on_erasure: 'content_deleted',
    en: words(
      'Audits you did',
      'The published quality rests on them. Your comments go, your grades stay.',
      '{campaign}, submission {submission_id}',
    ),
    ar: words(
      'عمليات تدقيق أجريتها',
      'تقوم عليها الجودة المنشورة. تُحذف تعليقاتك وتبقى تقييماتك.',
      '{campaign}، العمل {submission_id}',
    ),
  },
  traits: {
    on_erasure: 'deleted',
    en: words(
      'What you said of yourself',
      'Only if you liked: so that campaigns can ask for work from many kinds of people, counted in groups alone.',
      '{trait}: {value}',
    ),
    ar: words(
      'ما قلته عن نفسك',
      'إن شئت فقط: لتطلب الحملات أعمالًا من أناس مختلفين، ولا يُحسب إلا بالمجموعات.',
      '{trait}: ‏{value}',
    ),
  },
  reward_windows: {
    on_erasure: 'kept_without_name',
    en: words(
      'Your windows of reviewing',
      'What your reviews were paid by, so that you and anyone who checks the books can compute it again.',
      '{campaign}, window {window}: {reviews} reviews',
    ),
    ar: words(
      'نوافذ مراجعتك',
      'ما دُفع أجر مراجعاتك على أساسه، لتعيد أنت ومن يدقق الدفاتر حسابه.',
      '{campaign}، النافذة {window}: {reviews} مراجعة',
    ),
  },
  held_pay: {
    on_erasure: 'kept_without_name',
    en: words(
      'Pay that waited',
      'A share of some pay waits while audits on its work may still come; when it goes on was shown beforehand.',
      '{campaign}: {amount_minor} {currency}, until {release_at}',
    ),
    ar: words(
      'أجر انتظر',
      'جزء من بعض الأجور ينتظر ما دام تدقيق عمله ممكنًا، وموعد الإفراج عنه معلن سلفًا.',
      '{campaign}: {amount_minor} {currency} حتى {release_at}',
    ),
  },
  reliability: {
    on_erasure: 'deleted',
    en: words(
      'How reliable your work is',
      'So that decisions rest on whom to believe, and you see your own figure. The weights that past decisions added up stay published under your account number, without your name, so that anyone can recompute them.',
      '{task_class}, {role}, {day}: {mean_bps} of 10000',
    ),
    ar: words(
      'مدى موثوقية عملك',
      'لتقوم القرارات على من يُوثق بقوله ولترى رقمك أنت. أما الأوزان التي جُمعت في القرارات الماضية فتبقى منشورة تحت رقم حسابك دون اسمك، ليتمكن أي أحد من إعادة حسابها.',
      '{task_class}، ‏{role}، ‏{day}: ‏{mean_bps} من 10000',
    ),
  },
  money: {
    on_erasure: 'kept_without_name',
    en: words(
      'Movements of money',
      "The ledger is never changed, so that everyone's balance can be recomputed.",
      '{kind}: {amount_minor} {currency} (minor units)',
    ),
    ar: words(
      'حركات المال',
      'لا يُغيَّر الدفتر أبدًا حتى يمكن إعادة حساب رصيد كل شخص.',
      '{kind}: ‏{amount_minor} ‏{currency} (بأصغر وحدة)',
    ),
  },
  payouts: {
    on_erasure: 'content_deleted',
    en: words('Payouts', 'What was sent to you, and where to.', '{amount_minor} {currency} (minor units), {state}'),
    ar: words('المدفوعات', 'ما أُرسل إليك وإلى أين.', '‏{amount_minor} ‏{currency} (بأصغر وحدة)، ‏{state}'),
  },
  payout_destinations: {
    on_erasure: 'deleted',
    en: words('Where your money is sent', 'To pay you.', '{currency}: {destination}'),
    ar: words('أين يُرسل مالك', 'لندفع لك.', '{currency}: ‏{destination}'),
  },
  item_flags: {
    on_erasure: 'content_deleted',
    en: words(
      'Questions and broken items',
      'What you asked or pointed out, and the answer.',
      '{campaign}: “{message}”',
    ),
    ar: words('أسئلة وعناصر معطوبة', 'ما سألت عنه أو نبّهت إليه والجواب عنه.', '{campaign}: «{message}»'),
  },
  campaign_reports: {
    on_erasure: 'content_deleted',
    en: words('Campaigns you reported', 'So that the operator can look into it.', '{campaign}: “{message}”'),
    ar: words('حملات أبلغت عنها', 'ليتحقق منها المشغّل.', '{campaign}: «{message}»'),
  },
  campaigns: {
    on_erasure: 'kept_without_name',
    en: words('Campaigns you run', 'People worked and were paid under them.', '{campaign}: {status}'),
    ar: words('حملات تديرها', 'عمل الناس وتقاضوا أجرهم في إطارها.', '{campaign}: {status}'),
  },
  operator_acts: {
    on_erasure: 'kept_without_name',
    en: words('What you did for the platform', 'Approvals, plans, releases and payments name who made them.', '{what}'),
    ar: words('ما فعلته من أجل المنصة', 'تذكر الموافقات والخطط والإصدارات والمدفوعات من قام بها.', '{what}'),
  },
  exclusions: {
    on_erasure: 'kept_without_name',
    en: words(
      'People kept off your work',
      'So that people who are linked do not judge each other.',
      'One person, because: {reason}',
    ),
    ar: words('أشخاص أُبعدوا عن عملك', 'حتى لا يحكم المرتبطون بعضهم على بعض.', 'شخص واحد، بسبب: {reason}'),
  },
  cases: {
    on_erasure: 'content_deleted',
    en: words(
      'Cases about you',
      'So that nothing is held against you without a file that ends.',
      '{evidence}: {outcome}',
    ),
    ar: words('ملفات عنك', 'حتى لا يُحسب عليك شيء من غير ملف له نهاية.', '{evidence}: {outcome}'),
  },
  sanctions: {
    on_erasure: 'content_deleted',
    en: words(
      'Sanctions and your appeals',
      'What was decided, why, until when, and your answer.',
      '{action} until {ends_at}',
    ),
    ar: words('الإجراءات واعتراضاتك', 'ما تقرر ولماذا وإلى متى وجوابك عنه.', '{action} حتى {ends_at}'),
  },
  account_reports: {
    on_erasure: 'content_deleted',
    en: words('Accounts you reported', 'So that a reward for it finds you, and your record as a reporter.', '{state}'),
    ar: words('حسابات أبلغتَ عنها', 'لتصل إليك مكافأتها ويُحفظ سجلك مُبلِّغًا.', '{state}'),
  },
  declared_accounts: {
    on_erasure: 'kept_without_name',
    en: words(
      'Accounts declared in an amnesty',
      'So that they stand as one person and nothing is held against you for it.',
      'declared',
    ),
    ar: words('حسابات أُعلنت في عفو', 'لتُعدّ شخصًا واحدًا ولا يُحسب عليك شيء بسببها.', 'أُعلن'),
  },
  watch: {
    on_erasure: 'deleted',
    en: words(
      'How steady your work is',
      'To notice when the work of an account changes, as when somebody else uses it. People decide what that means.',
      '{task_class}, {role}: {judgements} judgements counted',
    ),
    ar: words(
      'ثبات عملك',
      'لملاحظة تغيّر عمل الحساب، كأن يستعمله غيرك. والناس هم من يقررون معنى ذلك.',
      '{task_class}، {role}: {judgements} من الأحكام المحسوبة',
    ),
  },
  messages: {
    on_erasure: 'deleted',
    en: words('Messages to you', 'What happened that concerns you.', '{kind}'),
    ar: words('رسائل إليك', 'ما حدث مما يعنيك.', '{kind}'),
  },
  stored_answers: {
    on_erasure: 'deleted',
    en: words(
      'Answers to repeated requests',
      'For a week, so that a retry over a bad connection does nothing twice.',
      'One answer',
    ),
    ar: words('إجابات للطلبات المكررة', 'لمدة أسبوع، حتى لا تُنفَّذ إعادة المحاولة عبر اتصال ضعيف مرتين.', 'إجابة واحدة'),
  },
  evidence: {
    on_erasure: 'kept_without_name',
    en: words(
      'Entries in the log of what happened',
      'So that results can be proved. Your work is in it only as sealed fingerprints; erasing makes them say nothing.',
      '{kind}',
    ),
    ar: words(
      'قيود في سجل ما حدث',
      'لإمكان إثبات النتائج. ولا يحوي عملك إلا بصمات مختومة يجعلها المحو لا تدل على شيء.',
      '{kind}',
    ),
  },
}

/** Fills a line's places with a row's facts; what is not there is a dash. */
export const fill = (line: string, facts: Readonly<Record<string, unknown>>): string =>
  line.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = facts[name]
    if (value === null || value === undefined || value === '') return '–'
    return Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value)
  })
