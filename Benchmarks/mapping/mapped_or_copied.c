// Compares reading a file from a mapping with copying each part with pread before reading it: two ways to be safe from a
// file that shrinks (Documentation/Architecture.md). See run.sh.
//
// Caches: libzstd decodes every chunk of `frames`, in a first pass over a new mapping and in later passes over the same.
// Recordings: all bytes are summed, in blocks of 1 MiB that are mapped in and released as by PacketWalk.

#include <fcntl.h>
#include <hdf5.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

enum { RUNS = 31, BLOCK = 1 << 20 };

typedef struct {
  const char *path;
  int descriptor;
  size_t size;
} file;

typedef struct {
  off_t start;
  size_t size;
} part;

typedef struct {
  part *chunks;
  size_t count;
  size_t largest;
} chunk_list;

static double seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void fail(const char *path, const char *what)
{
  fprintf(stderr, "mapped_or_copied: %s: %s\n", path, what);
  exit(1);
}

static file open_file(const char *path)
{
  file opened = {path, open(path, O_RDONLY), 0};
  struct stat status;
  if (opened.descriptor < 0 || fstat(opened.descriptor, &status)) fail(path, "cannot be opened");
  opened.size = (size_t)status.st_size;
  return opened;
}

static const uint8_t *map(const file *from)
{
  void *address = mmap(NULL, from->size, PROT_READ, MAP_SHARED, from->descriptor, 0);
  if (address == MAP_FAILED) fail(from->path, "cannot be mapped");
  return address;
}

static void copy(const file *from, part range, uint8_t *target)
{
  size_t done = 0;
  while (done < range.size) {
    ssize_t count = pread(from->descriptor, target + done, range.size - done, range.start + (off_t)done);
    if (count <= 0) fail(from->path, "cannot be read");
    done += (size_t)count;
  }
}

static void add_chunks(const char *path, hid_t group, const char *name, chunk_list *list)
{
  hid_t frames = H5Dopen2(group, name, H5P_DEFAULT);
  hsize_t count = 0;
  hid_t space = H5Dget_space(frames);
  if (frames < 0 || H5Dget_num_chunks(frames, space, &count) < 0) fail(path, "has no frames in chunks");
  list->chunks = realloc(list->chunks, (list->count + count) * sizeof *list->chunks);
  for (hsize_t index = 0; index < count; index++) {
    hsize_t offset[5], size;
    unsigned mask;
    haddr_t address;
    H5Dget_chunk_info(frames, space, index, offset, &mask, &address, &size);
    // The last filter is Fletcher-32, whose checksum follows the compressed bytes.
    part chunk = {(off_t)address, (size_t)size - 4};
    list->chunks[list->count++] = chunk;
    if (chunk.size > list->largest) list->largest = chunk.size;
  }
  H5Sclose(space);
  H5Dclose(frames);
}

static chunk_list chunks_of(const char *path)
{
  chunk_list list = {NULL, 0, 0};
  hid_t opened = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  if (opened < 0) fail(path, "is not an HDF5 file");
  add_chunks(path, opened, "train/frames", &list);
  add_chunks(path, opened, "test/frames", &list);
  H5Fclose(opened);
  return list;
}

static size_t decode(const uint8_t *bytes, size_t size, uint8_t **frames, size_t *capacity, ZSTD_DCtx *context)
{
  size_t needed = (size_t)ZSTD_getFrameContentSize(bytes, size);
  if (needed > *capacity) *frames = realloc(*frames, *capacity = needed);
  size_t count = ZSTD_decompressDCtx(context, *frames, *capacity, bytes, size);
  if (ZSTD_isError(count)) fail("chunk", ZSTD_getErrorName(count));
  return count;
}

static double decode_all(const file *from, const chunk_list *list, const uint8_t *mapping)
{
  static uint8_t *frames, *compressed;
  static size_t capacity;
  static ZSTD_DCtx *context;
  if (!context) context = ZSTD_createDCtx(), compressed = malloc(list->largest);
  double begin = seconds();
  for (size_t index = 0; index < list->count; index++) {
    part chunk = list->chunks[index];
    if (!mapping) copy(from, chunk, compressed);
    decode(mapping ? mapping + chunk.start : compressed, chunk.size, &frames, &capacity, context);
  }
  return seconds() - begin;
}

static volatile uint64_t sum;

static void add(const uint8_t *bytes, size_t size)
{
  uint64_t total = 0, word;
  for (size_t index = 0; index + 8 <= size; index += 8) {
    memcpy(&word, bytes + index, 8);
    total += word;
  }
  sum += total;
}

static double add_all(const file *from, int is_mapped)
{
  static uint8_t *block;
  if (!block) block = malloc(BLOCK);
  double begin = seconds();
  const uint8_t *mapping = is_mapped ? map(from) : NULL;
  for (size_t start = 0; start < from->size; start += BLOCK) {
    size_t size = from->size - start < BLOCK ? from->size - start : BLOCK;
    if (is_mapped) {
      madvise((void *)(mapping + start), size, MADV_POPULATE_READ);
      add(mapping + start, size);
      madvise((void *)(mapping + start), size, MADV_DONTNEED);
    } else {
      copy(from, (part){(off_t)start, size}, block);
      add(block, size);
    }
  }
  if (is_mapped) munmap((void *)mapping, from->size);
  return seconds() - begin;
}

static int compare(const void *first, const void *second)
{
  double a = *(const double *)first, b = *(const double *)second;
  return (a > b) - (a < b);
}

static double median(double values[RUNS])
{
  qsort(values, RUNS, sizeof *values, compare);
  return values[RUNS / 2];
}

static void report(const char *what, double mapped[RUNS], double copied[RUNS])
{
  double ratios[RUNS];
  for (int run = 0; run < RUNS; run++) ratios[run] = copied[run] / mapped[run];
  double ratio = median(ratios);
  printf("| %s | %.2f ms | %.2f ms | %.3f (%.3f to %.3f) |\n", what, 1e3 * median(mapped), 1e3 * median(copied), ratio,
    ratios[RUNS / 4], ratios[3 * RUNS / 4]);
}

int main(int count, char **arguments)
{
  if (count < 3) fail("usage", "mapped_or_copied CACHE RECORDING...");
  double mapped[RUNS], copied[RUNS];
  printf("| pass | mapping | copied by pread | ratio of pairs: median, quartiles |\n");
  printf("| --- | ---: | ---: | ---: |\n");

  chunk_list list = chunks_of(arguments[1]);
  file cache = open_file(arguments[1]);
  decode_all(&cache, &list, NULL);
  for (int run = 0; run < RUNS; run++) {
    const uint8_t *mapping = map(&cache);
    mapped[run] = decode_all(&cache, &list, mapping);
    munmap((void *)mapping, cache.size);
    copied[run] = decode_all(&cache, &list, NULL);
  }
  report("cache, first", mapped, copied);
  const uint8_t *mapping = map(&cache);
  decode_all(&cache, &list, mapping);
  for (int run = 0; run < RUNS; run++) {
    mapped[run] = decode_all(&cache, &list, mapping);
    copied[run] = decode_all(&cache, &list, NULL);
  }
  report("cache, later", mapped, copied);

  file *recordings = malloc((size_t)count * sizeof *recordings);
  for (int index = 2; index < count; index++) recordings[index] = open_file(arguments[index]);
  for (int run = -1; run < RUNS; run++) {
    double seconds_of[2] = {0, 0};
    for (int index = 2; index < count; index++)
      for (int turn = 0; turn < 2; turn++) seconds_of[turn] += add_all(&recordings[index], turn);
    if (run >= 0) copied[run] = seconds_of[0], mapped[run] = seconds_of[1];
  }
  report("recordings", mapped, copied);
  return 0;
}
