/** Days of the calendar as people write them, `2027-01-31`, and as numbers to reckon with. No clock: which day it is, callers say. */

/** Days since 1970-01-01; undefined for text that names no day. */
export const dayNumber = (text: string): number | undefined => {
  const [, years, months, days] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  if (days === undefined) return undefined
  const [year, month, day] = [Number(years), Number(months), Number(days)]
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= lengthOf(year, month)
  return isDay ? daysBefore(year) + daysBeforeMonth(year, month) + day - 1 - daysBefore(1970) : undefined
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

const lengthOf = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

const daysBefore = (year: number): number => {
  const past = year - 1
  return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400)
}

const daysBeforeMonth = (year: number, month: number): number =>
  Array.from({ length: month - 1 }, (_, index) => lengthOf(year, index + 1)).reduce((sum, days) => sum + days, 0)
