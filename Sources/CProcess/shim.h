#pragma once
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

// Starts a program in a session of its own, with standard streams, no blocked signals and usual handlers. Swift has no
// fork, and posix_spawn cannot ask for a signal at the parent's death.
// - descriptors: what becomes its standard input, output and error.
// - deathSignal: what it gets should this process die before it; 0 for nothing.
// Returns its process id, or -errno where it could not be started.
static inline int lockstep_spawn(char *const arguments[], char *const environment[], const int descriptors[3],
                                 int deathSignal) {
    int told[2];
    if (pipe(told) != 0) return -errno;
    fcntl(told[1], F_SETFD, FD_CLOEXEC);
    pid_t parent = getpid(), child = fork();
    if (child < 0) {
        int code = errno;
        close(told[0]);
        close(told[1]);
        return -code;
    }
    if (child == 0) { // only what may be called between fork and exec
        setsid();
        if (deathSignal) prctl(PR_SET_PDEATHSIG, deathSignal);
        if (getppid() != parent) _exit(127);
        for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, 0);
        int moved[3];
        for (int stream = 0; stream < 3; stream++) moved[stream] = fcntl(descriptors[stream], F_DUPFD, 3);
        for (int stream = 0; stream < 3; stream++) {
            dup2(moved[stream], stream);
            close(moved[stream]);
        }
        environ = (char **)environment;
        execvp(arguments[0], arguments);
        int code = errno;
        if (write(told[1], &code, sizeof code) < 0) _exit(126);
        _exit(127);
    }
    close(told[1]);
    int code = 0;
    long count;
    do count = read(told[0], &code, sizeof code);
    while (count < 0 && errno == EINTR);
    close(told[0]);
    return count == sizeof code ? -code : child;
}

// Makes this process the parent of what its children leave behind.
static inline void lockstep_adopt_orphans(void) { prctl(PR_SET_CHILD_SUBREAPER, 1); }
