'use client';

import type { MatineeError, Reservation, Seat } from '@matinee/sdk';
import { useMemo, useRef, useState } from 'react';
import type { CSSProperties, KeyboardEvent, ReactNode } from 'react';
import { moneyText } from './money.ts';
import { columnsOf, neighbour, rowsOf } from './seat-grid.ts';
import { textsWith } from './texts.ts';
import type { SeatPickerOverrides, SeatPickerTexts } from './texts.ts';
import { useSeatSelection } from './use-seat-selection.ts';
import type { SeatSelection } from './use-seat-selection.ts';

/** What `<SeatPicker>` takes. */
export interface SeatPickerProps {
  showtimeId: string;
  /** Called with the reservation when the seats are booked. */
  onBooked?: ((reservation: Reservation) => void) | undefined;
  /** Called with every refusal: to lead to the sign-in page, for instance. */
  onProblem?: ((error: MatineeError) => void) | undefined;
  /** Added to the class `matinee-seat-picker` of the outermost element. */
  className?: string | undefined;
  /** The language of amounts; that of the browser if left out. */
  locale?: string | undefined;
  /** Texts that differ from the English ones. */
  texts?: SeatPickerOverrides | undefined;
  /**
   * Whether the customer is signed in, where a page lets anyone look. When it becomes true, the seat that
   * was refused for that reason is locked.
   */
  isSignedIn?: boolean | undefined;
  /** Whether the party needs a wheelchair place: without it, none can be chosen. */
  accessibility?: boolean | undefined;
  /** Where messages about the booking are sent. Guests must give it where mail is sent. */
  contactEmail?: string | undefined;
  /** What a seat shows instead of its number. */
  renderSeat?: ((seat: Seat) => ReactNode) | undefined;
  /** Instead of the summary and the buttons below the seats. */
  renderFooter?: ((selection: SeatSelection) => ReactNode) | undefined;
}

/**
 * A live seat map to choose from, to book, and to style: elements have the classes
 * `matinee-seat-picker`, `matinee-seat`, …, and seats have `data-status` and `data-type`. The file
 * `@matinee/sdk/react/seat-picker.css` is a look to begin with.
 *
 * @example
 * ```tsx
 * <SeatPicker showtimeId="01a2…" onBooked={({ reference }) => alert(reference)} />
 * ```
 */
export function SeatPicker(props: SeatPickerProps) {
  const { showtimeId, className, renderFooter, ...options } = props;
  const texts = useMemo(() => textsWith(props.texts), [props.texts]);
  const selection = useSeatSelection(showtimeId, options);
  const { seatMap, live, error } = selection;
  const told = { ...props, texts, selection };
  return (
    <section
      className={`matinee-seat-picker${className ? ` ${className}` : ''}`}
      data-live={live}
      style={{ '--matinee-columns': columnsOf(seatMap?.seats ?? []) } as CSSProperties}
    >
      {seatMap ? (
        <>
          <Legend {...told} />
          <Hall {...told} />
        </>
      ) : (
        <p className="matinee-loading">{error ? texts.problem(error) : texts.loading}</p>
      )}
      <Status {...told} />
      {seatMap && (renderFooter ? renderFooter(selection) : <Footer {...told} />)}
    </section>
  );
}

/** What the parts of the picker share. */
interface Told extends Omit<SeatPickerProps, 'texts'> {
  texts: SeatPickerTexts;
  selection: SeatSelection;
}

function Hall({ texts, locale, renderSeat, selection }: Told) {
  const { seatMap, toggle, pending, live } = selection;
  const seats = useMemo(() => seatMap?.seats ?? [], [seatMap]);
  const rows = useMemo(() => rowsOf(seats), [seats]);
  const place = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string>();
  const stop = seats.some(({ id }) => id === focused) ? focused : rows[0]?.seats[0]?.id;
  const currency = seatMap?.currency ?? '';
  const columns = columnsOf(seats);

  const move = (event: KeyboardEvent, seat: Seat) => {
    const next = neighbour(rows, seat, event.key);
    if (next) {
      event.preventDefault();
      setFocused(next.id);
      place.current?.querySelector<HTMLElement>(`[data-seat="${next.id}"]`)?.focus();
    }
  };

  return (
    <div className="matinee-hall" ref={place}>
      <p className="matinee-screen">{texts.screen}</p>
      <div className="matinee-rows" role="group" aria-label={texts.seats}>
        {rows.map((row) => (
          <div
            key={row.index}
            className="matinee-row"
            role="group"
            aria-label={texts.row(row.label)}
            style={{ gridTemplateColumns: `1.5rem repeat(${columns}, var(--matinee-seat))` }}
          >
            <span className="matinee-row-label" aria-hidden="true">
              {row.label}
            </span>
            {row.seats.map((seat) => (
              <SeatButton
                key={seat.id}
                seat={seat}
                name={nameOf(seat, { texts, locale, currency })}
                isStop={seat.id === stop}
                isBusy={pending.has(seat.id)}
                isClosed={live === 'ended'}
                onChoose={() => void toggle(seat)}
                onFocus={() => setFocused(seat.id)}
                onKeyDown={(event) => move(event, seat)}
              >
                {renderSeat ? renderSeat(seat) : seat.seatNumber}
              </SeatButton>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

/** What the colours mean, with the price of each type: the present one, not that of a lock. */
function Legend({ texts, locale, selection }: Told) {
  const { seats = [], currency = '' } = selection.seatMap ?? {};
  const prices = new Map<Seat['seatType'], string>();
  for (const { seatType, price, yours } of seats) {
    if (!yours || !prices.has(seatType)) {
      prices.set(seatType, price);
    }
  }
  return (
    <ul className="matinee-legend">
      {[...prices].map(([type, price]) => (
        <li key={type}>
          <span className="matinee-swatch" data-type={type} />
          {`${texts.types[type]} ${moneyText(price, currency, locale)}`}
        </li>
      ))}
      {(['yours', 'locked'] as const).map((status) => (
        <li key={status}>
          <span className="matinee-swatch" data-status={status} />
          {texts.statuses[status]}
        </li>
      ))}
    </ul>
  );
}

interface SeatButtonProps {
  seat: Seat;
  name: string;
  /** Whether the tab key stops here: at one seat of the hall. */
  isStop: boolean;
  isBusy: boolean;
  /** Whether the sale is over. */
  isClosed: boolean;
  onChoose: () => void;
  onFocus: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  children: ReactNode;
}

function SeatButton(props: SeatButtonProps) {
  const { seat, name, isStop, isBusy, isClosed, onChoose, ...rest } = props;
  const canChoose = (seat.yours || seat.status === 'available') && !isBusy && !isClosed;
  return (
    <button
      type="button"
      className="matinee-seat"
      data-seat={seat.id}
      data-status={seat.yours ? 'yours' : seat.status}
      data-type={seat.seatType}
      style={{ gridColumn: seat.position + 1 }}
      aria-label={name}
      title={name}
      aria-pressed={seat.yours === true}
      // Not `disabled`: the arrow keys lead across seats that are taken.
      aria-disabled={!canChoose}
      aria-busy={isBusy}
      tabIndex={isStop ? 0 : -1}
      onClick={() => canChoose && onChoose()}
      {...rest}
    />
  );
}

function nameOf(
  seat: Seat,
  { texts, locale, currency }: Pick<Told, 'texts' | 'locale'> & { currency: string },
): string {
  return texts.seat(seat, {
    type: texts.types[seat.seatType],
    status: texts.statuses[seat.yours ? 'yours' : seat.status],
    price: moneyText(seat.price, currency, locale),
  });
}

function Status({ texts, selection }: Told) {
  const { live, problem, ticketProblem, seatMap } = selection;
  const lines = [
    ...(problem ? [texts.problem(problem)] : []),
    ...(ticketProblem ? [texts.problem(ticketProblem)] : []),
    ...(seatMap && live === 'reconnecting' ? [texts.reconnecting] : []),
    ...(live === 'ended' ? [texts.ended] : []),
  ];
  return (
    <p className="matinee-status" role="status">
      {lines.join(' ')}
    </p>
  );
}

function Footer({ texts, locale, selection, onBooked }: Told) {
  const { seatMap, live, yours, secondsLeft, totalPrice, isBooking, quote } = selection;
  const { book, extend, clear } = selection;
  if (yours.length === 0 || live === 'ended') {
    return live === 'ended' ? null : <p className="matinee-summary">{texts.nothingChosen}</p>;
  }
  const money = (amount: string) => moneyText(amount, seatMap?.currency ?? '', locale);
  const total = money(quote?.total ?? totalPrice);
  const confirm = async () => {
    const reservation = await book();
    if (reservation) {
      onBooked?.(reservation);
    }
  };
  return (
    <div className="matinee-summary">
      <p>{texts.chosen(yours.map(nameOnTicket).join(', '))}</p>
      <Tickets texts={texts} selection={selection} />
      {quote && quote.fees !== '0.00' && (
        <p className="matinee-fee">{texts.fee(money(quote.fees))}</p>
      )}
      <p className="matinee-countdown">{texts.timeLeft(clockOf(secondsLeft ?? 0))}</p>
      <button
        type="button"
        className="matinee-book"
        disabled={isBooking || selection.ticketProblem !== undefined}
        onClick={() => void confirm()}
      >
        {texts.book(total)}
      </button>
      <button type="button" onClick={() => void extend()}>
        {texts.extend}
      </button>
      <button type="button" onClick={() => void clear()}>
        {texts.clear}
      </button>
    </div>
  );
}

/** Who each seat is for, where that changes what it costs. */
function Tickets({ texts, selection }: Pick<Told, 'texts' | 'selection'>) {
  const { ticketTypes, yours, ticketTypeOf, chooseTicketType } = selection;
  if (ticketTypes.length < 2) {
    return null;
  }
  return (
    <ul className="matinee-tickets">
      {yours.map((seat) => (
        <li key={seat.id}>
          <label>
            {texts.ticketFor(nameOnTicket(seat))}
            <select
              value={ticketTypeOf(seat.id) ?? ''}
              onChange={({ target }) => chooseTicketType(seat.id, target.value)}
            >
              {ticketTypes.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </li>
      ))}
    </ul>
  );
}

function nameOnTicket({ rowLabel, seatNumber }: Seat): string {
  return `${rowLabel}${seatNumber}`;
}

function clockOf(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
