#ifndef ORDERSYNC_CMEMORY_SHIM_H
#define ORDERSYNC_CMEMORY_SHIM_H

// glibc's allocator and program headers, which Swift's Glibc module leaves out.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>

static inline void cmemory_set_arena_max(int count) { mallopt(M_ARENA_MAX, count); }
static inline void cmemory_set_mmap_threshold(int bytes) { mallopt(M_MMAP_THRESHOLD, bytes); }
static inline void cmemory_trim(void) { malloc_trim(0); }

// The program itself is the first object; its code is never written, so its pages can be dropped
// and come back from the page cache when they are run again.
static inline int cmemory_drop_code_of(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    (void)context;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X) || (part->p_flags & PF_W)) continue;
        unsigned long start = (info->dlpi_addr + part->p_vaddr) & ~4095UL;
        madvise((void *)start, info->dlpi_addr + part->p_vaddr + part->p_memsz - start,
                MADV_DONTNEED);
    }
    return 1;
}

static inline void cmemory_drop_code(void) { dl_iterate_phdr(cmemory_drop_code_of, (void *)0); }

#endif
