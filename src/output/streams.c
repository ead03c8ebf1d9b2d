/* Runs before Rust's runtime, which opens /dev/null for every standard stream that was closed, so that all that is
 * printed would be lost without an error. Opened the wrong way round, such a stream is told from one that somebody sent
 * to /dev/null. */

#include <errno.h>
#include <fcntl.h>

__attribute__((constructor)) static void mark_closed_streams(void) {
    for (int stream = 0; stream <= 2; stream++) {
        if (fcntl(stream, F_GETFD) == -1 && errno == EBADF) {
            /* The lowest free descriptor is this one. */
            (void)open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
        }
    }
}
