/** A simulation is repeated, not recovered: nothing is lost that the seed does not bring back. */
export const UNSAFE_AND_FAST = {
  autovacuum: 'off',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
}
