// Counts spikes in rows, and rounds values; see dvsk.h.

static void DVSK_NAME(count_spikes)(
  ptrdiff_t row_count, ptrdiff_t channel_count, const uint8_t *restrict spikes,
  int32_t *restrict counts)
{
  for (ptrdiff_t row = 0; row < row_count; row++) {
    for (ptrdiff_t c = 0; c < channel_count; c++) counts[c] += spikes[row * channel_count + c];
  }
}

static void DVSK_NAME(round_to_bfloat16)(float *values, ptrdiff_t count)
{
  for (ptrdiff_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, values + i, sizeof bits);
    const uint32_t is_finite = (bits & 0x7f800000u) != 0x7f800000u;
    const uint32_t rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) & 0xffff0000u;
    bits = is_finite ? rounded : bits;
    memcpy(values + i, &bits, sizeof bits);
  }
}
