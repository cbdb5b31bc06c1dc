#pragma once
#include <malloc.h>

// What the processor can do is a compiler builtin, which Swift cannot call.
static inline int lockstep_cpu_has_avx512(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

// Bytes in use on the C heap; <malloc.h> is not among the headers Swift's Glibc module has.
static inline long lockstep_heap_in_use(void) { return (long)mallinfo2().uordblks; }

// Starts fetching a cache line that will be read soon.
static inline void lockstep_prefetch(const void *address) { __builtin_prefetch(address); }
