"""Whether what one side sends is what the other accepts: a proof, a witness, or neither."""
