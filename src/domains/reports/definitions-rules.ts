/** What each figure of a report means. A sentence stands beside every number, on the web, in Markdown and in the JSON. */
export const DEFINITIONS = {
  made_from:
    "Every figure is counted from the season's event log, from its first event up to the stated place, and from nothing else. The same log gives the same bytes.",
  contributors: 'People who handed in at least one submission.',
  reviewers:
    "People who recorded at least one review of others' work; experts called in for splits and delays are not counted.",
  submitted: 'Submissions handed in, first versions and revisions together.',
  first_versions: 'Submissions that do not revise an earlier one.',
  revisions:
    'Second attempts by the author after a rejection. They are counted apart, so that improving does not look like being accepted at once.',
  automatic_refusals:
    'Work that automated checks refused before any person judged it. It counts neither as accepted nor as filtered out.',
  withdrawn: 'Submissions that their authors took back.',
  judged:
    'First versions that at least one peer reviewed and that were decided. The base of acceptance and filter rate.',
  acceptance:
    "Judged first versions whose last decision (an appeal's, if there was one) is acceptance, of all judged first versions.",
  filter_rate:
    'Judged first versions whose last decision is rejection, of all judged first versions: what peer review filtered out.',
  undecided: 'First versions that wait for their first decision and were not taken back.',
  appeals: 'Rejections that their authors asked fresh reviewers to look at again.',
  appeals_upheld: 'Appeals after which the work was accepted.',
  decided_by_expert: 'Submissions for which peers were split or late, so that an expert was called in.',
  inferred_agreement:
    'In campaigns where several people answer the same item: answers that agree with the inferred one, of those decided. No peer reviewed them, so they are in neither acceptance nor filter rate.',
  accepted_datapoints:
    'Submissions, first versions and revisions, whose last decision is acceptance and that were not taken back: what the season yields.',
  precision: 'Of the work that was accepted, the share that QA finds right. One of two readings of "met QA".',
  agreement:
    'Of all decisions, acceptances and rejections, the share that QA confirms. The other reading of "met QA"; only a sample that includes rejected work can give it.',
  recall:
    'Of the work that QA finds right, the share that was accepted. What is missing to 100 % is good work wrongly rejected.',
  base_rate:
    'The share of all judged work that QA finds right, whatever was decided. It describes the data, not the review.',
  interval:
    'Wilson 95 % interval. Where strata (campaign, verdict, time of draw) were sampled at different rates, each is weighted by what it stands for and the interval rests on an effective sample size, stated beside n.',
  not_covered:
    'Decided first versions in strata from which QA has graded nothing, such as work decided after the last draw. No figure speaks about them.',
  double_grading:
    "Pieces graded by two QA people who did not see each other's grades: how often both said the same, and Cohen's kappa, which takes out what chance alone would agree on. Two who differ ask a third; without one the piece is unresolved and left out of the shares.",
  cost: 'Rewards and bonuses of contributors plus pay of reviewers, reviews of rejected work included, divided by accepted datapoints. In campaigns that pay in two currencies each is stated by itself for the same datapoints.',
  wanted:
    'Datapoints that campaigns asked for: the quota, as last extended. Where several people answer the same item, each of the answers it needs at least counts.',
  shortfall:
    'What is wanted and not accepted yet, campaign by campaign: what one has too much of does not fill the gap of another.',
  value_acceptance: 'First versions that were accepted, or agree with the inferred answer, of those decided.',
  task_time:
    'The median of the time from taking a task to handing it in, first versions, by the clock of the server. Breaks are in it.',
  hour: 'What contributors earned for accepted work in an hour of such time, rejected work and revisions included: the median of people. Not told of fewer than five.',
  price_for_median:
    'The price of an accepted datapoint at which an hour of this work earns that median: hour times median time, divided by the share accepted. Above what is paid, the work pays less than other work of the season.',
  reviews: 'Reviews by peers that were recorded, those of work still undecided included.',
  reviews_per_decision: 'Reviews by peers that went into decisions, divided by decisions.',
  reviews_each: 'Reviews that one reviewer gave: the median, the 90th percentile and the most (nearest rank).',
  approve_rate: 'Reviews that approved every question, of all reviews that went into a decision.',
  approved_everything:
    'Reviewers with at least ten decided reviews who approved every time. They may be right, or not look.',
  time_to_decision:
    "Whole seconds from a first version's hand-in to its first decision: the median and the 90th percentile (nearest rank).",
  adaptive:
    'Decisions of campaigns that ask for as many reviews as the doubt is worth, and the reviews that went into them. Work that an expert settled is not among them.',
  stated_right:
    'How often these decisions say they are right: the mean of the posterior of the side that won, of each least sure question.',
  fixed_reviews:
    'The smallest odd number of reviews whose majority would be right as often as that, were all reviewers typical and independent.',
  saved_reviews:
    'That number for every decision, less the reviews that were used. Below zero, adaptive reviews took more.',
  calibration:
    'Decisions grouped by how sure they said they were, beside the share of the audited ones that QA confirms. Equal shares mean that stated certainty can be taken at its word.',
  reliability_spread:
    'Reviewers by the share of right answers expected of them, in twentieths, as the last plan of each campaign was made.',
  certified:
    'Releases with a certificate: at least so much of it is right, with that confidence, after so many audits. Per 1,000 reviews: certified share times datapoints, over the reviews of those campaigns.',
  cases:
    'Files about people, opened by colleagues or by a signal, and how they ended. A case that nobody decided in time lapses.',
  sanctions_wrong:
    'Sanctions that were overturned on appeal, ended as a mistake, never confirmed, or whose appeal nobody answered in time, of all sanctions. Wilson 95 % interval.',
  waited_for_nothing: 'Cases that kept pay waiting and ended without a sanction, of all that kept pay waiting.',
  case_time:
    'From the opening of a case to its end, and from an appeal to its answer: the median and the 95th percentile (nearest rank).',
  timeline: 'Running totals of submissions, of first decisions and of acceptances at the end of each step.',
} as const satisfies Record<string, string>
export type DefinitionKey = keyof typeof DEFINITIONS
