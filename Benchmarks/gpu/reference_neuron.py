"""The definition of the neurons in numpy, with their backward pass."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Neuron:
    """Neurons as kernels take them."""

    tau: float = 2.0
    k: float = 0.5
    threshold: float = 1.0
    reset: float = 0.0
    alpha: float = 2.0
    divides: int = 0
    is_soft: int = 0
    detaches_reset: int = 1
    decays_input: int = 1
    surrogate: int = 0

    def leak(self, value: np.ndarray) -> np.ndarray:
        """k times a value."""
        return value / np.float32(self.tau) if self.divides else value * np.float32(self.k)

    def charge(self, before: np.ndarray, value: np.ndarray) -> np.ndarray:
        """The membrane after the input."""
        decayed = before - np.float32(self.reset)
        return before + self.leak(value - decayed) if self.decays_input else before - self.leak(decayed) + value

    def after(self, charge: np.ndarray) -> np.ndarray:
        """The membrane after the reset."""
        fired = charge - np.float32(self.threshold) if self.is_soft else np.float32(self.reset)
        return np.where(charge - np.float32(self.threshold) >= 0, fired, charge)

    def derivative(self, charge: np.ndarray) -> np.ndarray:
        """The surrogate's derivative at a charge."""
        u, alpha = charge - self.threshold, self.alpha
        if self.surrogate == 0:
            return alpha / 2 / (1 + (np.pi / 2 * alpha * u) ** 2)
        if self.surrogate == 1:
            sigma = 1 / (1 + np.exp(-alpha * u))
            return alpha * sigma * (1 - sigma)
        return np.maximum(0, alpha - alpha**2 * np.abs(u))

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """The charges [T, …] of inputs [T, …], in float32."""
        membrane, charges = np.full(inputs.shape[1:], self.reset, np.float32), []
        for value in inputs.astype(np.float32):
            charges.append(self.charge(membrane, value))
            membrane = self.after(charges[-1])
        return np.stack(charges)

    def backward(self, inputs: np.ndarray, charges: np.ndarray, spike_gradient: np.ndarray) -> tuple:
        """Gradients with respect to inputs [T, …], and to k for each neuron and time step, in float64."""
        charges = charges.astype(np.float64)
        spikes = charges - self.threshold >= 0
        after = np.zeros(inputs.shape[1:])
        gradients, leaks = np.zeros(inputs.shape), np.zeros(inputs.shape)
        k = 1 / self.tau if self.divides else self.k
        for step in reversed(range(len(inputs))):
            derivative = self.derivative(charges[step])
            if self.is_soft:
                through = 1 - (0 if self.detaches_reset else self.threshold * derivative)
            else:
                through = ~spikes[step] + (0 if self.detaches_reset else (self.reset - charges[step]) * derivative)
            gradient = spike_gradient[step] * derivative + after * through
            before = self.after(charges[step - 1]) if step else np.full(inputs.shape[1:], self.reset)
            decayed = before - self.reset
            gradients[step] = k * gradient if self.decays_input else gradient
            after = gradient - k * gradient
            leaks[step] = gradient * (inputs[step] - decayed if self.decays_input else -decayed)
        return gradients, leaks
