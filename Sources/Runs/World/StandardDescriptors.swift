import Glibc

/// Opens those of stdin, stdout and stderr that were closed at the start (`2>&-`) to /dev/null; else the next file that is
/// opened, such as `metrics.jsonl`, would take their place and get what is written to them.
func openStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
        guard fcntl(descriptor, F_GETFD) < 0, errno == EBADF else { continue }
        let opened = open("/dev/null", O_RDWR)  // the lowest number that is free
        if opened >= 0 && opened != descriptor {
            dup2(opened, descriptor)
            close(opened)
        }
    }
}
