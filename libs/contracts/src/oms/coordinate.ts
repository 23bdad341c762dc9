/** A longitude or latitude, in degrees. */
export const coordinate = { maxDigits: 11, decimalPlaces: 8, required: false, allowNull: true };
