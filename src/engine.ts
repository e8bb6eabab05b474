/**
 * The engine as a library, `assay/engine`: truth inference, decisions, sampling and proof for researchers. The one file
 * that gathers exports, because a library has one door; inside the program everything is imported from where it is.
 */
export { BadInput, buildLabels, labelOf, votesPerWorker, withoutRepeats, workerOf } from './engine/labels.ts'
export type { Labels, VoteColumns } from './engine/labels.ts'
export { numberRows } from './engine/table.ts'
export type { GoldRow, NamedLabels, VoteRow } from './engine/table.ts'

export { auto } from './engine/auto.ts'
export type { Auto, AutoMember, AutoOptions } from './engine/auto.ts'
export { answerOf } from './engine/inference.ts'
export type { Answer, Fitted, Inference } from './engine/inference.ts'
export type { Reliability } from './engine/reliability.ts'
export { calibrationOf, fitTemperature, knownRows } from './engine/calibrate.ts'
export type { CalibrationBin, KnownRows } from './engine/calibrate.ts'

export { majority } from './engine/majority.ts'
export { dawidSkene } from './engine/dawid-skene.ts'
export type { DawidSkene, DawidSkeneOptions } from './engine/dawid-skene.ts'
export type { ConfusionPrior } from './engine/dawid-skene-prior.ts'
export { oneCoin } from './engine/one-coin.ts'
export type { OneCoin, OneCoinOptions } from './engine/one-coin.ts'
export { ibcc } from './engine/ibcc.ts'
export type { Ibcc, IbccOptions } from './engine/ibcc.ts'
export { ebcc } from './engine/ebcc.ts'
export type { EbccOptions } from './engine/ebcc.ts'
export { knowOrGuess } from './engine/know-or-guess.ts'
export type { KnowOrGuess } from './engine/know-or-guess.ts'
export { shrunkConfusion, worthOfVote } from './engine/shrunk-confusion.ts'
export type { ShrunkConfusion, ShrunkOptions } from './engine/shrunk-confusion.ts'
export { OnlineDawidSkene } from './engine/online.ts'
export type { OnlineOptions } from './engine/online.ts'

export { numbers } from './engine/numbers.ts'
export type { NumberAnswers, NumberColumns, NumberOptions } from './engine/numbers.ts'
export { pairwise, rankings } from './engine/pairwise.ts'
export type { Comparisons, PairwiseOptions, PairwiseStrengths, Strengths } from './engine/pairwise.ts'

export {
  decide,
  marginFor,
  readSnapshot,
  scoresOf,
  standing,
  toUnits,
  unitsFromShares,
  weightsFromConfusion,
  weightsOf,
  writeSnapshot,
} from './engine/snapshot.ts'
export type { Snapshot, SnapshotVote, Standing, Weights } from './engine/snapshot.ts'
export { decisionScores } from './engine/stopping-votes.ts'
export type { PooledVote } from './engine/stopping-votes.ts'
export { decideReview, planReview } from './engine/stopping.ts'
export type { Economics, Outcome, PlannedPool, PoolTerms, ReviewPlan } from './engine/stopping.ts'
export { decideAnswer, planAnswers } from './engine/stopping-classes.ts'
export type { AnswerOutcome, AnswerPlan, AnswerTerms } from './engine/stopping-classes.ts'

export {
  allocate,
  doubtDraw,
  doubtOrder,
  doubtSizes,
  inclusionChances,
  stratifiedDraw,
  uniformDraw,
} from './engine/sampling.ts'
export type { Chance, Draw } from './engine/sampling.ts'
export { claimState, outlook, planClaim } from './engine/claim.ts'
export type { Claim, ClaimPlan, ClaimState, Outlook } from './engine/claim.ts'
export { lotInterval, weightedUpperLimit } from './engine/confidence-sequence.ts'
export type { Sides, WeightedAudit } from './engine/confidence-sequence.ts'
export { clopperPearson, upperLimit } from './engine/special.ts'
export { cohenKappa, wilson } from './engine/intervals.ts'
export type { Figure, Interval, Stratum } from './engine/intervals.ts'
export { anytimeInterval, exactInterval } from './engine/strata-intervals.ts'
export { normaliseText } from './engine/normalise-text.ts'
export { jaccard, shinglesOf } from './engine/shingles.ts'
export type { HashSet } from './engine/shingles.ts'
export { agreeing, bandKeys, signatureOf } from './engine/minhash.ts'
export { containment, winnow } from './engine/winnow.ts'
export { addText, diversityOf, newDiversity } from './engine/diversity.ts'
export type { Diversity, DiversityFigures } from './engine/diversity.ts'

export { scoreWindow } from './engine/reviewer-score.ts'
export type { ReviewerScore } from './engine/reviewer-score.ts'
export type { Window } from './engine/peer-score.ts'
export { alarmOf, newWatch, watch } from './engine/cusum.ts'
export type { Observation, WatchPlan, WatchState } from './engine/cusum.ts'

export { graphOf, partsOf } from './engine/graph.ts'
export type { EdgeColumns, Graph } from './engine/graph.ts'
export { sybilRank } from './engine/sybil-rank.ts'
export { sybilScar } from './engine/sybil-scar.ts'
export type { Known, ScarOptions } from './engine/sybil-scar.ts'
export { sybilBelief } from './engine/sybil-belief.ts'
export type { BeliefOptions, SybilBelief } from './engine/sybil-belief.ts'
export { excessAgreement } from './engine/excess-agreement.ts'
export type { AnswerColumns, Excess, ExcessOptions } from './engine/excess-agreement.ts'
export { ringsOf, spectralScores } from './engine/excess-groups.ts'
export type { Ring, Rings } from './engine/excess-groups.ts'
export { affinityOf, cyclesOf, falseDiscovery, tailOf } from './engine/affinity.ts'
export type { Affinity, Meetings } from './engine/affinity.ts'
export { lockstepPairs } from './engine/lockstep.ts'
export type { Deeds, Lockstep, LockstepOptions } from './engine/lockstep.ts'
export { handoffPairs } from './engine/handoffs.ts'
export type { Handoff, HandoffOptions, Sessions } from './engine/handoffs.ts'

export { graderDoubt, weightedFigures, weightedShare, widened } from './engine/weighted.ts'
export type { ClassFigures, GradedPiece, GraderDoubt, WeightedFigures } from './engine/weighted.ts'

export { judgeText, trainText } from './engine/text-classifier.ts'
export type { TextClassifier, TextExample } from './engine/text-classifier.ts'
export { textFeatures } from './engine/text-features.ts'
export type { TextPart } from './engine/text-features.ts'

export {
  checkContinues,
  checkEntry,
  checkPromises,
  isOmission,
  readEntries,
  readHead,
  trustedHead,
  trustedReceipt,
} from './engine/log-reader.ts'
export { LogFault, rootOfTiles } from './engine/log-reader.ts'
export type { Head, LogSource, Means, OmissionProof, PromiseState, ProvenEntry } from './engine/log-reader.ts'
export { MerkleLog } from './engine/merkle-log.ts'
export { isConsistent, isIncluded, leafHash } from './engine/merkle-verify.ts'
export { sha256 } from './engine/sha256.ts'
