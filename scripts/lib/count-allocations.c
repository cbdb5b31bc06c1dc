// Preloaded into a program: counts its allocations, and prints their number at the end.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

static atomic_long count;

void *malloc(size_t size) {
    static void *(*next)(size_t);
    if (!next) next = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
    count++;
    return next(size);
}

int posix_memalign(void **target, size_t alignment, size_t size) {
    static int (*next)(void **, size_t, size_t);
    if (!next) next = (int (*)(void **, size_t, size_t))dlsym(RTLD_NEXT, "posix_memalign");
    count++;
    return next(target, alignment, size);
}

__attribute__((destructor)) static void report(void) { fprintf(stderr, "allocations: %ld\n", count); }
