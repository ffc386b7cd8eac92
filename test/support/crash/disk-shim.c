/*
 * A disk that can lose power. Preloaded into a process, it watches the files of one folder and keeps beside them, in a
 * second folder, what has been synced of each: what a power cut leaves. A file's bytes get there by fsync or fdatasync of
 * the file, its name by fsync of the folder. Test programs read that folder after killing the process.
 *
 *   DISK_FOLDER  the folder that is watched
 *   DISK_SHADOW  the folder for what was synced, on the same file system:
 *     data-<inode>  synced bytes        pin-<inode>  keeps the inode's number from being used again
 *     names         synced names, one "<name> <inode>" a line
 *     syncs         one byte per sync: l(og), d(atabase), f(older)
 *   Files the test may put there to make the disk misbehave:
 *     fail-syncs, fail-writes   EIO; a failed sync gives up what it was to write, as Linux does
 *     slow-syncs                every sync takes a tenth of a second longer
 *     kill-at-sync              the process dies at its next sync of a log, before anything of it is on disk; with a number
 *                               in the file, at its sync of that number, whatever is synced
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct range { off_t from, to; };
struct file { ino_t inode; struct range *dirty; int count, room; char kind; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file files[256];
static int file_count;
static const char *folder, *shadow;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void start(void) {
  folder = getenv("DISK_FOLDER");
  shadow = getenv("DISK_SHADOW");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
}

static const char *in_shadow(const char *name, char *path) {
  snprintf(path, PATH_MAX, "%s/%s", shadow, name);
  return path;
}

static int is_asked(const char *name) {
  char path[PATH_MAX];
  return access(in_shadow(name, path), F_OK) == 0;
}

static int sync_count;

static int is_last_sync(char kind) {
  char path[PATH_MAX], text[16] = "";
  int order = open(in_shadow("kill-at-sync", path), O_RDONLY);
  if (order < 0) return 0;
  ssize_t length = read(order, text, sizeof text - 1);
  close(order);
  return length > 0 ? sync_count == atoi(text) : kind == 'l';
}

static void add_dirty(struct file *file, off_t from, off_t to) {
  if (from >= to) return;
  if (file->count > 0 && file->dirty[file->count - 1].to == from) {
    file->dirty[file->count - 1].to = to;
    return;
  }
  if (file->count == file->room) {
    file->room = file->room * 2 + 16;
    file->dirty = realloc(file->dirty, file->room * sizeof(struct range));
  }
  file->dirty[file->count++] = (struct range){from, to};
}

/* The watched file of a descriptor. On first sight all of it is dirty: its writer may have died. */
static struct file *find_file(int descriptor) {
  struct stat facts;
  char link_name[64], path[PATH_MAX], name[64], pin[PATH_MAX];
  if (!folder || !shadow || fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) return NULL;
  for (int index = 0; index < file_count; index++)
    if (files[index].inode == facts.st_ino) return &files[index];
  snprintf(link_name, sizeof link_name, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link_name, path, sizeof path - 1);
  if (length < 0) return NULL;
  path[length] = 0;
  size_t prefix = strlen(folder);
  if (strncmp(path, folder, prefix) != 0 || path[prefix] != '/') return NULL;
  if (file_count == (int)(sizeof files / sizeof *files)) abort();
  snprintf(name, sizeof name, "pin-%lu", (unsigned long)facts.st_ino);
  if (link(path, in_shadow(name, pin)) != 0 && errno != EEXIST) return NULL;
  struct file *file = &files[file_count++];
  *file = (struct file){.inode = facts.st_ino, .kind = length > 4 && strcmp(path + length - 4, "-wal") == 0 ? 'l' : 'd'};
  add_dirty(file, 0, facts.st_size);
  return file;
}

static void count_sync(char kind) {
  char path[PATH_MAX];
  int log = open(in_shadow("syncs", path), O_WRONLY | O_CREAT | O_APPEND, 0600);
  real_write(log, &kind, 1);
  close(log);
}

static void keep_data(int descriptor, struct file *file) {
  char name[64], path[PATH_MAX], buffer[65536];
  struct stat facts;
  snprintf(name, sizeof name, "data-%lu", (unsigned long)file->inode);
  int copy = open(in_shadow(name, path), O_RDWR | O_CREAT, 0600);
  if (copy < 0 || fstat(descriptor, &facts) != 0) abort();
  for (int index = 0; index < file->count; index++) {
    off_t at = file->dirty[index].from;
    while (at < file->dirty[index].to) {
      size_t wanted = file->dirty[index].to - at;
      ssize_t got = pread(descriptor, buffer, wanted < sizeof buffer ? wanted : sizeof buffer, at);
      if (got <= 0) break;
      if (real_pwrite(copy, buffer, got, at) != got) abort();
      at += got;
    }
  }
  file->count = 0;
  if (real_ftruncate(copy, facts.st_size) != 0) abort();
  close(copy);
}

static void keep_names(void) {
  char path[PATH_MAX], final[PATH_MAX];
  FILE *names = fopen(in_shadow("names.new", path), "w");
  DIR *listing = opendir(folder);
  for (struct dirent *entry = readdir(listing); entry; entry = readdir(listing))
    if (entry->d_type == DT_REG) fprintf(names, "%s %lu\n", entry->d_name, (unsigned long)entry->d_ino);
  closedir(listing);
  fclose(names);
  if (rename(path, in_shadow("names", final)) != 0) abort();
}

static int is_folder(int descriptor) {
  struct stat facts, watched;
  return folder && shadow && fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode) && stat(folder, &watched) == 0 &&
         facts.st_ino == watched.st_ino && facts.st_dev == watched.st_dev;
}

static int keep(int descriptor, int (*real_sync)(int)) {
  pthread_mutex_lock(&lock);
  int isFolder = is_folder(descriptor);
  struct file *file = isFolder ? NULL : find_file(descriptor);
  if (!file && !isFolder) {
    pthread_mutex_unlock(&lock);
    return real_sync(descriptor);
  }
  char kind = file ? file->kind : 'f';
  sync_count++;
  if (is_last_sync(kind)) kill(getpid(), SIGKILL);
  if (is_asked("fail-syncs")) {
    if (file) file->count = 0;
    pthread_mutex_unlock(&lock);
    errno = EIO;
    return -1;
  }
  if (is_asked("slow-syncs")) usleep(100000);
  if (file) keep_data(descriptor, file);
  else keep_names();
  count_sync(kind);
  pthread_mutex_unlock(&lock);
  return real_sync(descriptor);
}

int fsync(int descriptor) { return keep(descriptor, real_fsync); }
int fdatasync(int descriptor) { return keep(descriptor, real_fdatasync); }

/* Whether a write must fail; otherwise notes what it will change. */
static int note_write(int descriptor, off_t from, size_t length) {
  pthread_mutex_lock(&lock);
  struct file *file = find_file(descriptor);
  int fails = file && is_asked("fail-writes");
  if (file && !fails) add_dirty(file, from, from + (off_t)length);
  pthread_mutex_unlock(&lock);
  if (fails) errno = EIO;
  return fails;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off_t at) {
  return note_write(descriptor, at, length) ? -1 : real_pwrite(descriptor, bytes, length, at);
}
ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t at) {
  return pwrite64(descriptor, bytes, length, at);
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
  int saved = errno;
  off_t at = folder ? lseek(descriptor, 0, SEEK_CUR) : -1;
  errno = saved;
  return at >= 0 && note_write(descriptor, at, length) ? -1 : real_write(descriptor, bytes, length);
}

/* Shorter or longer, the new length is on disk with the next sync; bytes past the end are not copied. */
int ftruncate64(int descriptor, off_t length) {
  pthread_mutex_lock(&lock);
  find_file(descriptor);
  pthread_mutex_unlock(&lock);
  return real_ftruncate(descriptor, length);
}
int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }
