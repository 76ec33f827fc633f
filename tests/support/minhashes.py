"""MinHash values as datasketch computes them, one value after the other."""

from datasketch import MinHash

from framing._core.resampling import rng_for


def signature_of(values, hashes, seed):
    """Return the least hashes of some numbers of 32 bits, for the seed of a search."""
    number = int(rng_for(seed, "duplicates").integers(2**32))
    minhash = MinHash(num_perm=hashes, seed=number, hashfunc=int, scheme="affine32")
    minhash.update_batch(values)
    return minhash.hashvalues.tolist()
