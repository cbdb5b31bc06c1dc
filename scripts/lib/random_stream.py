"""The trainer's random numbers (Sources/Determinism/Random.swift): Philox 4x32-10, a function of what they are for."""


def philox(key, counter):
    c, k = list(counter), [key & 0xFFFFFFFF, key >> 32]
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [(b >> 32) ^ c[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ c[3] ^ k[1], a & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


class RandomStream:
    def __init__(self, seed, name, index=0, step=0):
        digest = 0xCBF29CE484222325
        for byte in name.encode():
            digest = (digest ^ byte) * 0x00000100000001B3 % 2**64
        self.seed, self.place = seed, [index, (digest & 0xFFFFFFFF) ^ step, digest >> 32]
        self.blocks, self.words = 0, []

    def word(self):
        if not self.words:
            self.words = philox(self.seed, [self.blocks, *self.place])
            self.blocks += 1
        return self.words.pop(0)

    def unit(self):
        """A number in 0 ..< 1."""
        return (self.word() >> 8) / 2**24

    def integer(self, bound):
        """An integer in 0 ..< bound, every one equally likely."""
        threshold = -bound % 2**32 % bound
        while True:
            product = self.word() * bound
            if product % 2**32 >= threshold:
                return product >> 32


def sample_order(count, seed, epoch):
    """Fisher and Yates, from the end."""
    order, stream = list(range(count)), RandomStream(seed, "sample order", epoch)
    for last in range(count - 1, 0, -1):
        other = stream.integer(last + 1)
        order[last], order[other] = order[other], order[last]
    return order
