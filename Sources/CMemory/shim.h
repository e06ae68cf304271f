#ifndef ORDERSYNC_CMEMORY_SHIM_H
#define ORDERSYNC_CMEMORY_SHIM_H

// glibc's allocator, which Swift's Glibc module leaves out.
#include <malloc.h>

static inline void cmemory_set_arena_max(int count) { mallopt(M_ARENA_MAX, count); }
static inline void cmemory_set_mmap_threshold(int bytes) { mallopt(M_MMAP_THRESHOLD, bytes); }
static inline void cmemory_trim(void) { malloc_trim(0); }

#endif
