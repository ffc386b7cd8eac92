/*
 * Preloaded into redis-server, notes what is on disk: a line "<inode> <size>" in the file SYNC_LOG for each sync of a file
 * that has succeeded. Redis only ever appends to its log, so that a power cut leaves it with the size of its last sync.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int log_file = -1;
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

/* Redis overwrites its environment with its title: read the name now, not later. */
__attribute__((constructor)) static void start(void) {
  const char *name = getenv("SYNC_LOG");
  if (name) log_file = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
}

static int note(int descriptor, int (*real_sync)(int)) {
  struct stat before;
  char line[64];
  int is_file = fstat(descriptor, &before) == 0 && S_ISREG(before.st_mode);
  int result = real_sync(descriptor);
  if (result != 0 || !is_file || log_file < 0) return result;
  int length = snprintf(line, sizeof line, "%lu %lld\n", (unsigned long)before.st_ino, (long long)before.st_size);
  if (write(log_file, line, length) != length) abort();
  return result;
}

int fsync(int descriptor) { return note(descriptor, real_fsync); }
int fdatasync(int descriptor) { return note(descriptor, real_fdatasync); }
