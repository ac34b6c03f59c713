// The neurons behind a linear layer: rows of numbers, one a step; see dvsk.h.

DVSK_INLINE void DVSK_NAME(neuron_forward_block)(
  const dvsk_neuron *n, dvsk_steps steps, const float *input, float *charged, uint8_t *spikes,
  const ptrdiff_t count)
{
  dvsk_f16 membrane = n->reset;
  for (ptrdiff_t t = 0; t < steps.step_count; t++) {
    const dvsk_f16 x = DVSK_NAME(load_some)(input + t * steps.input_stride, count);
    const dvsk_f16 charge =
      DVSK_NAME(charged)(membrane, x, n, n->divides, n->decays_input);
    const dvsk_i16 fires = DVSK_NAME(fires)(charge, n);
    membrane = DVSK_NAME(reset)(charge, fires, n, n->is_soft);
    DVSK_NAME(store_some)(charged + t * steps.channel_count, charge, count);
    for (ptrdiff_t i = 0; i < count; i++) spikes[t * steps.channel_count + i] = fires[i] & 1;
  }
}

static void DVSK_NAME(neuron_forward)(
  const dvsk_neuron *n, dvsk_steps steps, const float *input, float *charged, uint8_t *spikes)
{
  for (ptrdiff_t c = 0; c < steps.channel_count; c += 16) {
    const ptrdiff_t left = steps.channel_count - c;
    // Whole blocks have a body of their own, in which rows of 16 are loaded at once.
    if (left >= 16)
      DVSK_NAME(neuron_forward_block)(n, steps, input + c, charged + c, spikes + c, 16);
    else DVSK_NAME(neuron_forward_block)(n, steps, input + c, charged + c, spikes + c, left);
  }
}

DVSK_INLINE void DVSK_NAME(neuron_backward_block)(
  const dvsk_neuron *n, dvsk_steps steps, const float *input, const float *charged,
  float *gradient, double *weight_sum, const ptrdiff_t count)
{
  dvsk_f16 after = 0.0f;
  for (ptrdiff_t t = steps.step_count - 1; t >= 0; t--) {
    const dvsk_f16 charge = DVSK_NAME(load_some)(charged + t * steps.channel_count, count);
    float *const by_spike = gradient + t * steps.channel_count;
    const dvsk_f16 derivative = DVSK_NAME(surrogate)(charge, n, n->surrogate);
    const dvsk_f16 through = DVSK_NAME(through_reset)(
      charge, DVSK_NAME(fires)(charge, n), derivative, n, n->is_soft, n->detaches_reset);
    const dvsk_f16 by_charge =
      DVSK_NAME(load_some)(by_spike, count) * derivative + after * through;
    const dvsk_f16 leaked = DVSK_NAME(leaked)(by_charge, n, n->divides);
    DVSK_NAME(store_some)(by_spike, n->decays_input ? leaked : by_charge, count);
    after = by_charge - leaked;
  }
  if (!weight_sum) return;
  // The sums of a neuron are over steps from the first on, in float64; the gradient with respect to the charge is taken
  // back from that with respect to the input. (Checkpoints depend on the last bit of both.)
  for (ptrdiff_t t = 0; t < steps.step_count; t++) {
    dvsk_f16 before = n->reset;
    if (t > 0) {
      const dvsk_f16 last = DVSK_NAME(load_some)(charged + (t - 1) * steps.channel_count, count);
      before = DVSK_NAME(reset)(last, DVSK_NAME(fires)(last, n), n, n->is_soft);
    }
    const dvsk_f16 x = DVSK_NAME(load_some)(input + t * steps.input_stride, count);
    dvsk_f16 by_charge = DVSK_NAME(load_some)(gradient + t * steps.channel_count, count);
    if (n->decays_input) by_charge = by_charge / n->k;
    const dvsk_f16 by_leak = DVSK_NAME(by_leak)(before, x, n, n->decays_input);
    for (ptrdiff_t i = 0; i < count; i++)
      weight_sum[i] += (double)by_charge[i] * by_leak[i];
  }
}

static void DVSK_NAME(neuron_backward)(
  const dvsk_neuron *n, dvsk_steps steps, const float *input, const float *charged,
  float *gradient, double *weight_sum)
{
  for (ptrdiff_t c = 0; c < steps.channel_count; c += 16) {
    const ptrdiff_t left = steps.channel_count - c;
    double *sums = weight_sum ? weight_sum + c : NULL;
    if (left >= 16)
      DVSK_NAME(neuron_backward_block)(
        n, steps, input + c, charged + c, gradient + c, sums, 16);
    else
      DVSK_NAME(neuron_backward_block)(
        n, steps, input + c, charged + c, gradient + c, sums, left);
  }
}
