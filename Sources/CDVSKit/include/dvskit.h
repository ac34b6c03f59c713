// The C interface of libdvskit: reading and loading frame caches, and reading recordings.
//
// A function that can fail takes `error`, memory of `capacity` bytes for one line of UTF-8 text with
// its final 0; the line is cut if it does not fit. A function that returns a pointer returns NULL
// then, others -1. One thread at a time may use an object; different objects are independent. After
// fork(), a child may use what it has opened itself; a call for anything else fails, with an error,
// and closing it does nothing.
#ifndef DVSKIT_H
#define DVSKIT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dvskit_cache dvskit_cache;
typedef struct dvskit_loader dvskit_loader;
typedef struct dvskit_recording dvskit_recording;

// The split of a data set.
enum { DVSKIT_TRAIN = 0, DVSKIT_TEST = 1 };

// The type of counts in the caller's memory.
enum { DVSKIT_UINT8 = 1, DVSKIT_UINT16 = 2, DVSKIT_FLOAT32 = 4 };

// What dvskit_loader_next returns if the batch is not ready in time.
enum { DVSKIT_LATE = -2 };

// The version of this interface: 2. A caller made for another version must stop.
int32_t dvskit_interface_version(void);

// The version of dvskit, as in "0.1.0". The text is never freed.
const char *dvskit_version(void);

// Frees text that a function returned.
void dvskit_free_text(char *text);

// ---- Frame caches ----

dvskit_cache *dvskit_cache_open(const char *path, char *error, size_t capacity);

void dvskit_cache_close(dvskit_cache *cache);

// The settings and contents as JSON, which the caller frees:
//   {"format_version": 2, "tool": "dvsprep 0.1.0", "data_set": "DVS128 Gesture",
//    "split_by": "number", "frame_count": T, "duration_us": null, "height": H, "width": W,
//    "dtype": "uint8", "invalid_events": "keep", "empty_windows": "keep", "selection": "all",
//    "shard": "whole", "compression_level": 1, "byte_count": B, "class_names": [...],
//    "sources": [{"name": ..., "byte_count": ...}, ...],
//    "splits": {"train": N, "test": N}, "integers": [...], "texts": [...]}
// "integers" and "texts" name the columns for the two functions below.
char *dvskit_cache_description(const dvskit_cache *cache, char *error, size_t capacity);

// Fills `values` with a column of integers: one for each sample of the split, or T for each in
// frame_start_us and frame_end_us. `count` is the room in `values`.
int32_t dvskit_cache_integers(const dvskit_cache *cache, int32_t split, const char *column,
                              int64_t *values, int64_t count, char *error, size_t capacity);

// A column of texts as a JSON array, one for each sample of the split, which the caller frees.
char *dvskit_cache_texts(const dvskit_cache *cache, int32_t split, const char *column, char *error,
                         size_t capacity);

// Decodes the frames of a sample, [T, 2, H, W] in row-major order, on the calling thread. `sample`
// is its number in the split, from 0; `byte_count` is the room in `frames`.
int32_t dvskit_cache_frames(dvskit_cache *cache, int32_t split, int64_t sample, int32_t type,
                            void *frames, int64_t byte_count, char *error, size_t capacity);

// ---- Loader ----

// Starts a pass over samples in batches, which threads decode ahead into memory that the caller
// provides. The cache may be closed before the loader.
//
// `samples` are `sample_count` (0 or more) numbers of the split, in the order of the pass; NULL for
// all. Where the system gives no threads, `dvskit_loader_next` decodes, whatever the time. With
// `shuffle`, they are taken in the order in which dvstrain takes them in this epoch (from 0) with
// this seed. With `drop_last`, an incomplete last batch is left out.
dvskit_loader *dvskit_loader_open(const dvskit_cache *cache, int32_t split, const int64_t *samples,
                                  int64_t sample_count, int64_t batch_size, int32_t shuffle,
                                  uint64_t seed, int64_t epoch, int32_t drop_last, int32_t threads,
                                  int32_t type, char *error, size_t capacity);

// The number of batches of the pass; -1 if the loader cannot be used.
int64_t dvskit_loader_batch_count(const dvskit_loader *loader);

// The number of buffers with which no thread waits for memory, one of them in use by the caller; -1
// if the loader cannot be used.
int64_t dvskit_loader_buffer_count(const dvskit_loader *loader);

// Provides memory for the next batch that has none: room for `batch_size` samples, or for all if
// there are fewer. It must stay valid until that batch is received or the loader is closed.
int32_t dvskit_loader_provide(dvskit_loader *loader, void *frames, int64_t byte_count, char *error,
                              size_t capacity);

// Receives the next batch, in the order of the pass. Waits until it is decoded, at most
// `timeout_ms`; without limit if that is negative.
//
// Fills `labels`, `frame_counts` (frames without padding) and `samples` (numbers in the split), each
// with room for a batch, or NULL. Returns the number of samples, 0 after the last batch, or
// DVSKIT_LATE. An error repeats on each call.
int64_t dvskit_loader_next(dvskit_loader *loader, int32_t timeout_ms, int64_t *labels,
                           int64_t *frame_counts, int64_t *samples, char *error, size_t capacity);

// Stops the threads and waits for them; each finishes its current sample.
void dvskit_loader_close(dvskit_loader *loader);

// ---- Recordings ----

// A polarity event: time in microseconds, column from the left, row from the top, and polarity:
// 0 OFF, 1 ON.
typedef struct {
  int64_t t;
  uint16_t x;
  uint16_t y;
  uint8_t p;
  uint8_t padding[3];
} dvskit_event;

// Reads a recording of any format that dvsprep reads, once from start to end, and checks it.
dvskit_recording *dvskit_recording_open(const char *path, char *error, size_t capacity);

// What it is, as JSON, which the caller frees:
//   {"format": "AEDAT 3.1", "width": W, "height": H, "event_count": N, "sources": ["DVS128"],
//    "warnings": ["one line", ...]}
char *dvskit_recording_description(const dvskit_recording *recording, char *error, size_t capacity);

// Hands over all polarity events, in the order of the file: "event_count" of them, which are the
// caller's from then on, and may be changed. They are there once: a second call fails.
dvskit_event *dvskit_recording_take_events(dvskit_recording *recording, char *error,
                                           size_t capacity);

// Frees events that were handed over; also in a child after fork(), which has a copy of them. Up to
// 32 MiB are kept for the next recording.
void dvskit_free_events(dvskit_event *events);

void dvskit_recording_close(dvskit_recording *recording);

#ifdef __cplusplus
}
#endif
#endif
