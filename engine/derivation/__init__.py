"""The derivation D1-D12 as a walk: five problems on small numbers, then the same pieces on the network at hand."""
